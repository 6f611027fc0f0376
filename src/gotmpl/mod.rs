//! Go's `text/template` language: parse once, execute many times, with Go's own output and error texts.
//!
//! It knows nothing of charts; what Helm adds to the language are functions that its caller registers.

mod builtins;
mod error;
mod exec;
mod fmt;
pub mod function;
pub mod sprig;
mod templates;
pub mod value;

pub use error::{At, Error};
pub use function::{Args, CallError, Caller, Function, Functions, Type};
pub use templates::Templates;
pub use value::{Elem, IntKind, Kind, List, Map, MapType, Object, Str, UintKind, Value};
