//! The autoscaler's own flags, by name and type.
