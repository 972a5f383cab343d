"""Writers: neutral views in, one file format each out."""
