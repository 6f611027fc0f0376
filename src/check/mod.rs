//! What an API server would refuse, said before anything is printed.

mod cel;
mod custom;
pub mod findings;
mod kinds;
pub mod path;
mod removed;
pub mod report;
pub mod rule;
pub mod rules;
pub mod syntax;
mod typed;
pub mod types;
pub mod versions;

pub use typed::typed;
pub use types::check as object;
