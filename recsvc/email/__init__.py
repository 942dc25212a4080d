"""E-mail: a slate as a block that every mail tool and mail client takes."""
