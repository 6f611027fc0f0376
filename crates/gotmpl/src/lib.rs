//! Go's `text/template` language, with Go's output and error texts. [`Templates`] parses templates and renders them.
//!
//! The crate knows nothing about charts. What Helm adds to the language are functions: [`sprig`] and [`helm`] have
//! them, and the caller registers them in [`Functions`].
//!
//! Differences from Go: values cannot be channels or functions, the keys of maps are strings, a list has no capacity
//! beyond its length, addresses print as `0xc000000000`, and [`Limits`] stop templates that would run forever or
//! exhaust the stack.

pub mod ast;
mod builtins;
pub mod coverage;
pub mod environment;
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

pub use error::{Error, ErrorKind, TemplateLocation, Unclosed};
pub use function::{Args, CallError, Caller, Function, Functions, Type};
pub use templates::{Limits, MissingKey, Parsed, Templates, Traced};
pub use templates::{parse_bytes, parse_trees};
pub use value::{Elem, IntKind, Kind, List, Map, MapMethod, MapType, Object, Str, UintKind, Value, deep_equal};

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
