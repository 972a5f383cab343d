"""PDF files after they were printed: checked, sized, signed and verified."""
