"""From bytes to numbers: reads usage exports and answers questions about them. Knows neither Streamlit nor Plotly."""
