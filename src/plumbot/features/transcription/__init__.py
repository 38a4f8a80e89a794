"""Speech to text: a voice message in, its words out. So far its tables."""
