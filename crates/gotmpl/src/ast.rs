//! The syntax trees of parsed templates.

use mkmanifests_go::quote::quote;
use std::fmt;
use std::sync::Arc;

use super::function::Function;
use super::value::Str;

/// The text of a template file, and the name that it was parsed under.
#[derive(Debug)]
pub struct Source {
    /// The name of the file.
    pub name: Arc<str>,
    /// The text.
    pub text: Arc<str>,
    /// Whether the text encodes bytes that are not UTF-8.
    pub raw: bool,
}

/// One template: a file without its definitions, or one `define`.
#[derive(Debug)]
pub struct Tree {
    /// The name, by which `template` and `include` call it.
    pub name: Arc<str>,
    /// The file that defines it.
    pub source: Arc<Source>,
    /// The content.
    pub root: List,
}

/// A sequence of nodes: the content of a template or block.
pub type List = Box<[Node]>;

/// A byte offset in the text of the source.
pub type Pos = u32;

/// A byte range in the text of the source. Names are stored as spans, since a chart has thousands.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The offset of the first byte.
    pub start: Pos,
    /// The offset after the last byte.
    pub end: Pos,
}

impl Span {
    /// Returns the text of the range; empty if `text` is not the text of the source.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A chain of field names as it is written: `.a.b`.
#[derive(Debug, Clone, Copy)]
pub struct Fields(pub Span);

impl Fields {
    /// Iterates over the names without the dots.
    pub fn names(self, text: &str) -> impl Iterator<Item = &str> {
        let text = self.0.of(text);
        let mut from = 1;
        // Names are short: a vectorized search for the dots would be slower.
        std::iter::from_fn(move || {
            let rest = text.get(from..)?;
            let end = rest.bytes().position(|byte| byte == b'.').unwrap_or(rest.len());
            from += end + 1;
            rest.get(..end)
        })
    }

    /// Returns whether the chain has no field.
    pub fn is_empty(self) -> bool {
        self.0.start == self.0.end
    }
}

/// A node of a template.
#[derive(Debug)]
pub enum Node {
    /// Plain text.
    Text(Span),
    /// `{{ pipe }}`, which prints the value of the pipeline.
    Action(Pipe),
    /// `{{ if }}`.
    If(Box<Branch>),
    /// `{{ range }}`.
    Range(Box<Branch>),
    /// `{{ with }}`.
    With(Box<Branch>),
    /// `{{ template }}`.
    Template(Box<Call>),
    /// `{{ break }}`.
    Break,
    /// `{{ continue }}`.
    Continue,
}

/// An `if`, `range` or `with` block.
#[derive(Debug)]
pub struct Branch {
    /// The condition, or what `range` iterates over.
    pub pipe: Pipe,
    /// The content for a true condition, or for each item.
    pub list: List,
    /// The content of `{{ else }}`, if there is one.
    pub otherwise: Option<List>,
}

/// `{{ template "name" pipe }}`.
#[derive(Debug)]
pub struct Call {
    /// The location.
    pub pos: Pos,
    /// The name of the template to call.
    pub name: Str,
    /// The dot of the called template; nil if there is none.
    pub pipe: Option<Pipe>,
}

/// A pipeline: its variables, and at least one command.
#[derive(Debug)]
pub struct Pipe {
    /// The location.
    pub pos: Pos,
    /// Whether it is `$x = ...` and not `$x := ...`.
    pub assign: bool,
    /// The variables before the `:=` or `=`.
    pub decl: Box<[Variable]>,
    /// The first command.
    pub first: Command,
    /// The commands after each `|`.
    pub rest: Box<[Command]>,
}

impl Pipe {
    /// Iterates over all commands, from left to right.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

/// A variable. Within one tree, the id identifies the name.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Identifies the name within its tree.
    pub id: u32,
    /// The name as it is written: `$x`.
    pub name: Span,
}

/// A command between two `|`: a function with its arguments, or a value.
#[derive(Debug)]
pub struct Command {
    /// The location.
    pub pos: Pos,
    /// The operands: a function and its arguments, or a value.
    pub args: Box<[Arg]>,
}

/// An operand of a command.
#[derive(Debug)]
pub struct Arg {
    /// The location.
    pub pos: Pos,
    /// The kind of operand.
    pub kind: ArgKind,
}

/// The kinds of operands.
#[derive(Debug)]
pub enum ArgKind {
    /// A function, called by its name.
    Function(Arc<Function>),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A number or character constant.
    Number(Box<Number>),
    /// A string constant: its length in the source in bytes, and its value.
    Str(u32, Str),
    /// `.a.b`
    Field(Fields),
    /// `$x.a.b`
    Variable(Variable, Fields),
    /// `(pipe).a.b`
    Chain(Box<Arg>, Fields),
    /// `(pipe)`
    Pipe(Box<Pipe>),
}

/// A number constant, with its value in each type that can represent it.
#[derive(Debug, Clone)]
pub struct Number {
    /// The text as it is written.
    pub text: Arc<str>,
    /// The value as a signed integer, if it is one.
    pub int: Option<i64>,
    /// The value as an unsigned integer, if it is one.
    pub uint: Option<u64>,
    /// The value as a float, if it is one.
    pub float: Option<f64>,
    /// The real and imaginary part, if the constant ends with `i`.
    pub complex: Option<(f64, f64)>,
}

/// Displays a part of a tree as Go prints it in errors. The second field is the text of the source.
pub struct TreeDisplay<'t, T>(pub &'t T, pub &'t str);

impl fmt::Display for TreeDisplay<'_, Arg> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TreeDisplay(arg, text) = *self;
        match &arg.kind {
            ArgKind::Function(function) => f.write_str(function.name),
            ArgKind::Dot => f.write_str("."),
            ArgKind::Nil => f.write_str("nil"),
            ArgKind::Bool(value) => write!(f, "{value}"),
            ArgKind::Number(number) => f.write_str(&number.text),
            ArgKind::Str(length, _) => f.write_str(Span { start: arg.pos, end: arg.pos + length }.of(text)),
            ArgKind::Field(fields) => f.write_str(fields.0.of(text)),
            ArgKind::Variable(variable, fields) => {
                f.write_str(variable.name.of(text))?;
                f.write_str(fields.0.of(text))
            }
            ArgKind::Chain(base, fields) => {
                match &base.kind {
                    ArgKind::Pipe(pipe) => write!(f, "({})", TreeDisplay(&**pipe, text))?,
                    _ => write!(f, "{}", TreeDisplay(&**base, text))?,
                }
                f.write_str(fields.0.of(text))
            }
            ArgKind::Pipe(pipe) => write!(f, "{}", TreeDisplay(&**pipe, text)),
        }
    }
}

impl fmt::Display for TreeDisplay<'_, Command> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TreeDisplay(command, text) = *self;
        for (index, arg) in command.args.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &arg.kind {
                ArgKind::Pipe(pipe) => write!(f, "({})", TreeDisplay(&**pipe, text))?,
                _ => write!(f, "{}", TreeDisplay(arg, text))?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for TreeDisplay<'_, Pipe> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TreeDisplay(pipe, text) = *self;
        for (index, variable) in pipe.decl.iter().enumerate() {
            let between = if index > 0 { ", " } else { "" };
            write!(f, "{between}{}", variable.name.of(text))?;
        }
        if !pipe.decl.is_empty() {
            f.write_str(if pipe.assign { " = " } else { " := " })?;
        }
        for (index, command) in pipe.commands().enumerate() {
            let between = if index > 0 { " | " } else { "" };
            write!(f, "{between}{}", TreeDisplay(command, text))?;
        }
        Ok(())
    }
}

impl fmt::Display for TreeDisplay<'_, Call> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TreeDisplay(call, text) = *self;
        write!(f, "{{{{template {}", quote(call.name.as_bytes()))?;
        if let Some(pipe) = &call.pipe {
            write!(f, " {}", TreeDisplay(pipe, text))?;
        }
        f.write_str("}}")
    }
}

/// Returns whether a template is only white space. Such a definition does not replace another one.
pub fn is_empty(list: &[Node], text: &str) -> bool {
    list.iter().all(|node| match node {
        Node::Text(span) => span.of(text).trim().is_empty(),
        _ => false,
    })
}
