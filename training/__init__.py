"""The trainer: purchase history in, published bundle out."""
