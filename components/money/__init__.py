"""What a cost looks like before it is drawn: tiles, figures and tables of estimates and bills.

Estimated and billed are two measures and never stand in one column. Asks nothing, and knows no Streamlit.
"""
