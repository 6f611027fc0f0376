//! Versions and constraints, as in the Go library `Masterminds/semver`, which Helm uses.

mod constraint;
mod scan;
mod version;

pub use self::constraint::Constraints;
pub use self::version::Version;
