//! The rules of an API server beside a real one, and patches.

mod kinds;
mod oracle;
mod patch;
