//! Archives by their SHA-256, shared by concurrent runs.
