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

use self::surroundings::Surroundings;
use super::Function;

/// All of them.
pub fn functions(surroundings: &Surroundings) -> Vec<Function> {
    let Surroundings { clock, randomness } = surroundings;
    let groups = [
        crypto::functions(*clock, randomness),
        date::functions(*clock),
        encoding::functions(),
        net::functions(),
        path::functions(),
        random::functions(randomness),
        regex::functions(),
        semver::functions(),
        url::functions(),
    ];
    groups.into_iter().flatten().collect()
}
