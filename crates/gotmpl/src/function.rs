//! Declares, looks up and calls functions.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use super::error::CallError;
pub use super::exec::Caller;
use super::value::{List, Map, NIL, Value};

/// The Go type of a parameter. The executor reports other values with Go's error before it calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`: any value, `nil` too.
    Any,
    /// `reflect.Value`, the type of the built-in functions' parameters: any value, too.
    Reflect,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `int64`.
    Int64,
    /// `uint8`, `uint32` and so on.
    Uint(super::value::UintKind),
    /// `float64`.
    Float64,
    /// `string`.
    Str,
    /// `[]uint8`. An untyped nil becomes empty bytes.
    Bytes,
    /// `[]interface {}`. An untyped nil becomes the nil list.
    List,
    /// `[]string`. An untyped nil becomes the nil list.
    Strings,
    /// `map[string]interface {}`. An untyped nil becomes the nil map.
    Map,
    /// Another type, by the type name of its [`super::Object`]s. If it is a pointer, nil becomes [`Value::Nil`].
    Object(&'static str),
}

impl Type {
    /// Returns Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Type::Any => "interface {}",
            Type::Reflect => "reflect.Value",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Int64 => "int64",
            Type::Uint(kind) => kind.name(),
            Type::Float64 => "float64",
            Type::Str => "string",
            Type::Bytes => "[]uint8",
            Type::List => "[]interface {}",
            Type::Strings => "[]string",
            Type::Map => "map[string]interface {}",
            Type::Object(name) => name,
        }
    }
}

/// The arguments of a call, whose number and types have been checked.
///
/// The typed getters never fail: they return the zero value for an argument that is missing or has another type.
#[derive(Debug, Clone, Copy)]
pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// Returns the number of arguments.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Returns whether the call has no arguments.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns the argument at a position, or nil.
    pub fn get(self, index: usize) -> &'a Value {
        self.0.get(index).unwrap_or(&NIL)
    }

    /// Returns a `string` argument, with U+FFFD for each byte that is not UTF-8.
    pub fn text(self, index: usize) -> Cow<'a, str> {
        self.get(index).as_str().map_or(Cow::Borrowed(""), |text| text.text())
    }

    /// Returns the bytes of a `string` or `[]byte` argument.
    pub fn bytes(self, index: usize) -> &'a [u8] {
        match self.get(index) {
            Value::Str(text) => text.as_bytes(),
            Value::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// Returns a signed integer argument of any type.
    pub fn int(self, index: usize) -> i64 {
        self.get(index).as_int().unwrap_or_default()
    }

    /// Returns a `float64` argument.
    pub fn float(self, index: usize) -> f64 {
        if let Value::Float(number) = self.get(index) { *number } else { 0.0 }
    }

    /// Returns a `bool` argument.
    pub fn bool(self, index: usize) -> bool {
        matches!(self.get(index), Value::Bool(true))
    }

    /// Returns a list argument.
    pub fn list(self, index: usize) -> List {
        self.get(index).as_list().unwrap_or_default()
    }

    /// Returns a map argument: the map itself, not a copy.
    pub fn map(self, index: usize) -> Map {
        self.get(index).as_map().unwrap_or_default()
    }

    /// Returns the arguments from a position on, such as those of a variadic parameter.
    pub fn rest(self, from: usize) -> &'a [Value] {
        self.0.get(from..).unwrap_or_default()
    }
}

/// The code of a function. It may have state, and can render templates through the [`Caller`].
pub type Call = dyn Fn(&mut Caller<'_>, Args<'_>) -> Result<Value, CallError> + Send + Sync;

/// A function that templates can call.
///
/// ```
/// use mkmanifests_gotmpl::{Function, Type, Value};
///
/// let repeat = Function::new("repeat", &[Type::Int, Type::Str], |_, args| {
///     let count = usize::try_from(args.int(0)).map_err(|_| "strings: negative Repeat count")?;
///     Ok(Value::from(args.text(1).repeat(count)))
/// });
/// let list = Function::variadic("list", &[Type::Any], |_, args| Ok(Value::list(args.rest(0).iter().cloned())));
/// # let _ = (repeat, list);
/// ```
#[derive(Clone)]
pub struct Function {
    /// The name, by which templates call it.
    pub name: &'static str,
    pub(super) params: &'static [Type],
    pub(super) variadic: bool,
    pub(super) run: Run,
}

/// The implementation of a function.
#[derive(Clone)]
pub(super) enum Run {
    /// Code that gets evaluated arguments.
    Call(Arc<Call>),
    /// `and`: evaluates arguments up to the first that is false.
    And,
    /// `or`: evaluates arguments up to the first that is true.
    Or,
}

impl Function {
    /// Creates a function with a fixed number of parameters. `call` gets arguments that are already checked and
    /// converted to the types in `params`.
    pub fn new<F>(name: &'static str, params: &'static [Type], call: F) -> Function
    where
        F: Fn(&mut Caller<'_>, Args<'_>) -> Result<Value, CallError> + Send + Sync + 'static,
    {
        Function { name, params, variadic: false, run: Run::Call(Arc::new(call)) }
    }

    /// Creates a function whose last parameter is variadic: it matches zero or more arguments.
    pub fn variadic<F>(name: &'static str, params: &'static [Type], call: F) -> Function
    where
        F: Fn(&mut Caller<'_>, Args<'_>) -> Result<Value, CallError> + Send + Sync + 'static,
    {
        Function { variadic: true, ..Function::new(name, params, call) }
    }

    /// Sets how many steps of the [`Limits`](super::Limits) one call counts for, for slow functions.
    #[must_use]
    pub fn costing(mut self, steps: u64) -> Function {
        if let Run::Call(call) = self.run {
            self.run = Run::Call(Arc::new(move |caller, args| {
                caller.spend(steps)?;
                call(caller, args)
            }));
        }
        self
    }

    /// Returns the name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the types of the parameters; the last one may be variadic.
    pub fn params(&self) -> &'static [Type] {
        self.params
    }

    /// Returns whether the last parameter is variadic.
    pub fn is_variadic(&self) -> bool {
        self.variadic
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.params.len())
    }
}

/// The functions that templates can call, by name. They include Go's built-in functions, which can be replaced.
#[derive(Debug, Clone)]
pub struct Functions(foldhash::HashMap<&'static str, Arc<Function>>);

impl Default for Functions {
    fn default() -> Self {
        Functions::new()
    }
}

impl Functions {
    /// Returns Go's built-in functions.
    pub fn new() -> Functions {
        let mut functions = Functions(foldhash::HashMap::default());
        functions.extend(super::builtins::all());
        functions
    }

    /// Adds a function, which replaces one of the same name.
    pub fn insert(&mut self, function: Function) {
        self.0.insert(function.name, Arc::new(function));
    }

    /// Removes a function. Has no effect if it does not exist.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Returns the function with a name; `None` if it does not exist.
    pub fn get(&self, name: &str) -> Option<&Arc<Function>> {
        self.0.get(name)
    }

    /// Iterates over the names, in no particular order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}

impl Extend<Function> for Functions {
    fn extend<I: IntoIterator<Item = Function>>(&mut self, functions: I) {
        functions.into_iter().for_each(|function| self.insert(function));
    }
}
