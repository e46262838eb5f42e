"""The Wix Social Publisher and Media services on this machine, written from their documentation."""
