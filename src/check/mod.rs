//! What an API server would refuse, said before anything is printed.

pub mod findings;
pub mod syntax;
pub mod versions;
