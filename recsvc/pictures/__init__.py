"""Pictures: photos of products made ready for mails, pictures of products without one, and whole products as images."""
