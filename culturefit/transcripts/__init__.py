"""Transcripts of a chatbot in use: their common shapes, personal data masked, a summary, and a way to erase a conversation."""
