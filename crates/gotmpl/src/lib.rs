//! Go's `text/template` language: parse once, execute many times, with Go's own output and error texts.
//!
//! It knows nothing of charts; what Helm adds to the language are functions that its caller registers.
//!
//! Where it differs from Go: there are no channels and functions as
//! values, maps have strings as keys, a list has no capacity beyond its length, addresses print as
//! `0xc000000000`, and [`Limits`] end what would otherwise never end or take all of the stack.

pub mod ast;
mod builtins;
mod error;
mod exec;
pub mod fmt;
pub mod function;
pub mod helm;
mod levels;
mod lex;
mod number;
mod parse;
mod raw_text;
pub mod sprig;
mod templates;
pub mod value;

pub use error::{At, Error, ErrorKind};
pub use function::{Args, CallError, Caller, Function, Functions, Type};
pub use templates::{Limits, MissingKey, Parsed, Templates, Traced};
pub use templates::{parse_bytes, parse_trees};
pub use value::{Elem, IntKind, Kind, List, Map, MapMethod, MapType, Object, Str, UintKind, Value, deep_equal};

/// The example of the README runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
