//! The rules of an API server beside a real one, and patches.

mod oracle;
mod patch;
