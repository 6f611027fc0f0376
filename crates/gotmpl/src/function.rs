//! How functions are declared, found and called.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use super::error::CallError;
pub use super::exec::Caller;
use super::templates::Templates;
use super::value::{List, Map, NIL, Value};

/// The Go type of a parameter. The executor refuses other values with Go's text before it calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`: any value, `nil` too.
    Any,
    /// `reflect.Value`, which the built-in functions take: any value too.
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
    /// `[]uint8`. An untyped nil comes as the empty list of bytes.
    Bytes,
    /// `[]interface {}`. An untyped nil comes as the nil list.
    List,
    /// `[]string`. An untyped nil comes as the nil list.
    Strings,
    /// `map[string]interface {}`. An untyped nil comes as the nil map.
    Map,
    /// Another type, by the name that its [`super::Object`]s give. If it is a pointer, nil comes as `Value::Nil`.
    Object(&'static str),
}

impl Type {
    /// Go's name of the type.
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

/// The arguments of a call, already of the declared types and number.
///
/// The typed readers never fail: a position that is not there, or of another type, gives the zero value.
#[derive(Debug, Clone, Copy)]
pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The argument at a position, or `nil`.
    pub fn get(self, index: usize) -> &'a Value {
        self.0.get(index).unwrap_or(&NIL)
    }

    /// A `string`, each byte that is not UTF-8 replaced by U+FFFD.
    pub fn text(self, index: usize) -> Cow<'a, str> {
        self.get(index).as_str().map_or(Cow::Borrowed(""), |text| text.text())
    }

    /// The bytes of a `string` or `[]byte`.
    pub fn bytes(self, index: usize) -> &'a [u8] {
        match self.get(index) {
            Value::Str(text) => text.as_bytes(),
            Value::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// A signed integer of any type.
    pub fn int(self, index: usize) -> i64 {
        self.get(index).as_int().unwrap_or_default()
    }

    /// A `float64`.
    pub fn float(self, index: usize) -> f64 {
        if let Value::Float(number) = self.get(index) { *number } else { 0.0 }
    }

    /// A `bool`.
    pub fn bool(self, index: usize) -> bool {
        matches!(self.get(index), Value::Bool(true))
    }

    /// A list.
    pub fn list(self, index: usize) -> List {
        self.get(index).as_list().unwrap_or_default()
    }

    /// A map, the very one that was given.
    pub fn map(self, index: usize) -> Map {
        self.get(index).as_map().unwrap_or_default()
    }

    /// The arguments from a position on: those of a variadic parameter.
    pub fn rest(self, from: usize) -> &'a [Value] {
        self.0.get(from..).unwrap_or_default()
    }
}

/// What a function does. It may keep state, and call templates through the [`Caller`].
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
    /// The name that templates call it by.
    pub name: &'static str,
    pub(super) params: &'static [Type],
    pub(super) variadic: bool,
    pub(super) run: Run,
}

/// What is behind a function.
#[derive(Clone)]
pub(super) enum Run {
    /// Code that gets its arguments evaluated.
    Call(Arc<Call>),
    /// `and`: evaluates arguments up to the first that is false.
    And,
    /// `or`: evaluates arguments up to the first that is true.
    Or,
}

impl Function {
    /// A function of a fixed number of parameters.
    pub fn new<F>(name: &'static str, params: &'static [Type], call: F) -> Function
    where
        F: Fn(&mut Caller<'_>, Args<'_>) -> Result<Value, CallError> + Send + Sync + 'static,
    {
        Function { name, params, variadic: false, run: Run::Call(Arc::new(call)) }
    }

    /// A function whose last parameter may be given any number of times, none included.
    pub fn variadic<F>(name: &'static str, params: &'static [Type], call: F) -> Function
    where
        F: Fn(&mut Caller<'_>, Args<'_>) -> Result<Value, CallError> + Send + Sync + 'static,
    {
        Function { variadic: true, ..Function::new(name, params, call) }
    }

    /// The same, each call of which counts for so many of the [`Limits`](super::Limits)' steps: for what takes long.
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

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The types of the parameters; the last may be variadic.
    pub fn params(&self) -> &'static [Type] {
        self.params
    }

    /// Whether the last parameter may be given any number of times.
    pub fn is_variadic(&self) -> bool {
        self.variadic
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.params.len())
    }
}

/// The functions that templates know, by name. Go's own are always there, unless one of the same name is put over.
#[derive(Debug, Clone)]
pub struct Functions(foldhash::HashMap<&'static str, Arc<Function>>);

impl Default for Functions {
    fn default() -> Self {
        Functions::new()
    }
}

impl Functions {
    /// Go's own functions only.
    pub fn new() -> Functions {
        let mut functions = Functions(foldhash::HashMap::default());
        functions.extend(super::builtins::all());
        functions
    }

    /// Adds a function, in place of one of the same name.
    pub fn insert(&mut self, function: Function) {
        self.0.insert(function.name, Arc::new(function));
    }

    /// Removes a function.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The function of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<Function>> {
        self.0.get(name)
    }

    /// The names, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }

    /// Calls a function outside of any template, with the checks of its arguments that a template would get.
    ///
    /// # Errors
    /// The function's, and Go's for the wrong number or types of arguments.
    pub fn call(&self, name: &str, args: &[Value]) -> Result<Value, CallError> {
        let function = self.get(name).ok_or_else(|| format!("function {name:?} not defined"))?;
        let templates = Arc::new(Templates::new(Arc::new(self.clone())));
        Caller::alone(&templates, |caller| caller.call(function, args))
    }
}

impl Extend<Function> for Functions {
    fn extend<I: IntoIterator<Item = Function>>(&mut self, functions: I) {
        functions.into_iter().for_each(|function| self.insert(function));
    }
}
