//! Versions and constraints as the Go library `Masterminds/semver` has them, which Helm uses.

mod constraint;
mod scan;
mod version;

pub use self::constraint::Constraints;
pub use self::version::Version;
