"""Speed and memory, measured as ratios to a floor and to what people use today."""
