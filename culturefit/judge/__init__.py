"""Models as judges: one yes/no question at a time, with a quote that must stand in the reply, or no verdict."""
