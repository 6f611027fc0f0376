//! What an API server would refuse, said before anything is printed.

mod custom;
pub mod findings;
mod kinds;
mod removed;
pub mod syntax;
pub mod types;
pub mod versions;
