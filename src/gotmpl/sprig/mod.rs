//! The functions of Sprig 3, as Helm 4 has them: same results, types and error texts.
//!
//! Where the order of Go's maps would show (`keys`, `values`), it is that of the keys here.

mod cast;
mod decimal;
mod defaults;
mod dicts;
mod flow;
mod go;
mod json;
mod letters;
mod lists;
mod merge;
mod numeric;
mod parse;
mod pieces;
mod reflect;
mod snake;
mod strings;
mod words;
mod wrap;

use super::function::Function;

/// All of them. Of two of one name Helm's is here (`toJson`, `fromJson`).
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
