//! The functions of the Sprig library, which Helm adds to Go's own.

pub mod crypto;
pub mod date;
pub mod encoding;
pub mod net;
pub mod path;
pub mod random;
pub mod regex;
pub mod semver;
pub mod surroundings;
pub mod url;
