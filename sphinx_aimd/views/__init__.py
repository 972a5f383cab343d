"""Views: the trace in, neutral tables and cards out."""
