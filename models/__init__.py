"""What a trained bundle is and how it answers: arrays in, slate out."""
