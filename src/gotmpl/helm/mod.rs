//! The functions that Helm adds to Sprig, or has in place of its own.
