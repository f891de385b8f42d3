"""What a visitor sees: the only floor that knows Streamlit and Plotly."""
