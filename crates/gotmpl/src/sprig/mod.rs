//! The functions of Sprig 3 as in Helm 4, with the same results, types and error texts.
//!
//! Where a result depends on Go's random order of maps (`keys`, `values`), it is in the order of the keys here.

mod cast;
pub mod crypto;
pub mod date;
mod decimal;
mod defaults;
mod dicts;
pub mod encoding;
mod flow;
mod go;
pub mod json;
mod letters;
mod lists;
mod merge;
pub mod net;
mod numeric;
pub(crate) mod parse;
pub mod path;
mod pieces;
pub mod random;
mod reflect;
pub mod regex;
pub mod semver;
mod snake;
mod strings;
pub mod url;
mod words;
mod wrap;

use super::function::Function;

/// Returns all functions. They get time and randomness from the environment of the rendering that calls them.
pub fn functions() -> Vec<Function> {
    let groups = [
        all(),
        crypto::functions(),
        date::functions(),
        encoding::functions(),
        net::functions(),
        path::functions(),
        random::functions(),
        regex::functions(),
        semver::functions(),
        url::functions(),
    ];
    groups.into_iter().flatten().collect()
}

/// Returns the functions on text, numbers, lists and maps. `toJson` and `fromJson` are Helm's.
pub fn all() -> Vec<Function> {
    let groups = [
        defaults::functions(),
        dicts::functions(),
        flow::functions(),
        json::functions(),
        lists::functions(),
        merge::functions(),
        numeric::functions(),
        pieces::functions(),
        reflect::functions(),
        strings::functions(),
        words::functions(),
        wrap::functions(),
    ];
    groups.into_iter().flatten().collect()
}
