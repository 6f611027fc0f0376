//! What an API server would refuse.

mod custom;
mod kinds;
mod removed;
pub mod types;
