//! Parsed templates.

use mkmanifests_go::quote::quote;
use std::fmt;
use std::sync::Arc;

use super::function::Function;
use super::value::Str;

/// The text of a file and the name that it was parsed under.
#[derive(Debug)]
pub struct Source {
    /// The name of the file.
    pub name: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// Whether the text stands for bytes that are not UTF-8.
    pub raw: bool,
}

/// One template: a file without what it defines, or one `define`.
#[derive(Debug)]
pub struct Tree {
    /// The name that `template` and `include` call it by.
    pub name: Arc<str>,
    /// The file that it is in.
    pub source: Arc<Source>,
    /// What it consists of.
    pub root: List,
}

/// A sequence of nodes: a template, or what is between two actions.
pub type List = Box<[Node]>;

/// Offset in the text of the source, in bytes.
pub type Pos = u32;

/// A stretch of the text of the source. Names are kept as such: a chart has thousands.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first byte.
    pub start: Pos,
    /// The byte after the last.
    pub end: Pos,
}

impl Span {
    /// What stands there.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// Names of fields as they are written: `.a.b`.
#[derive(Debug, Clone, Copy)]
pub struct Fields(pub Span);

impl Fields {
    /// The names, without their dots.
    pub fn names(self, text: &str) -> impl Iterator<Item = &str> {
        let text = self.0.of(text);
        let mut from = 1;
        // Names are short: to search for the dots by words of memory takes longer.
        std::iter::from_fn(move || {
            let rest = text.get(from..)?;
            let end = rest.bytes().position(|byte| byte == b'.').unwrap_or(rest.len());
            from += end + 1;
            rest.get(..end)
        })
    }

    /// Whether there is no field.
    pub fn is_empty(self) -> bool {
        self.0.start == self.0.end
    }
}

/// A part of a template.
#[derive(Debug)]
pub enum Node {
    /// Plain text.
    Text(Span),
    /// `{{ pipe }}`, which prints its value.
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

/// `if`, `range` or `with`, with what is in it.
#[derive(Debug)]
pub struct Branch {
    /// What decides.
    pub pipe: Pipe,
    /// What follows if it is true, or for each item.
    pub list: List,
    /// What follows `{{ else }}`.
    pub otherwise: Option<List>,
}

/// `{{ template "name" pipe }}`.
#[derive(Debug)]
pub struct Call {
    /// Where it is.
    pub pos: Pos,
    /// The template that it calls.
    pub name: Str,
    /// What is the dot in it; nothing is nil.
    pub pipe: Option<Pipe>,
}

/// What it declares, and at least one command.
#[derive(Debug)]
pub struct Pipe {
    /// Where it is.
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
    /// All commands, from left to right.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

/// A variable of a tree; the id stands for the name.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Stands for the name within its tree.
    pub id: u32,
    /// As it is written: `$x`.
    pub name: Span,
}

/// What is between two `|`: a function with its arguments, or a value.
#[derive(Debug)]
pub struct Command {
    /// Where it is.
    pub pos: Pos,
    /// Its words.
    pub args: Box<[Arg]>,
}

/// A word of a command.
#[derive(Debug)]
pub struct Arg {
    /// Where it is.
    pub pos: Pos,
    /// What it is.
    pub kind: ArgKind,
}

/// What a word of a command can be.
#[derive(Debug)]
pub enum ArgKind {
    /// A function, by its name.
    Function(Arc<Function>),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A constant number or character.
    Number(Box<Number>),
    /// How long it is as written, from the position on, and what it stands for.
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

/// A constant, with all the types that it may be taken as.
#[derive(Debug, Clone)]
pub struct Number {
    /// As it is written.
    pub text: Arc<str>,
    /// Its value as a signed integer, if it has one.
    pub int: Option<i64>,
    /// Its value as an unsigned integer, if it has one.
    pub uint: Option<u64>,
    /// Its value as a float, if it has one.
    pub float: Option<f64>,
    /// Real and imaginary part, if the constant ends with `i`.
    pub complex: Option<(f64, f64)>,
}

/// A part of a tree as Go prints it in errors, with the text of its source.
pub struct Shown<'t, T>(pub &'t T, pub &'t str);

impl fmt::Display for Shown<'_, Arg> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(arg, text) = *self;
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
                    ArgKind::Pipe(pipe) => write!(f, "({})", Shown(&**pipe, text))?,
                    _ => write!(f, "{}", Shown(&**base, text))?,
                }
                f.write_str(fields.0.of(text))
            }
            ArgKind::Pipe(pipe) => write!(f, "{}", Shown(&**pipe, text)),
        }
    }
}

impl fmt::Display for Shown<'_, Command> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(command, text) = *self;
        for (index, arg) in command.args.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &arg.kind {
                ArgKind::Pipe(pipe) => write!(f, "({})", Shown(&**pipe, text))?,
                _ => write!(f, "{}", Shown(arg, text))?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_, Pipe> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(pipe, text) = *self;
        for (index, variable) in pipe.decl.iter().enumerate() {
            let between = if index > 0 { ", " } else { "" };
            write!(f, "{between}{}", variable.name.of(text))?;
        }
        if !pipe.decl.is_empty() {
            f.write_str(if pipe.assign { " = " } else { " := " })?;
        }
        for (index, command) in pipe.commands().enumerate() {
            let between = if index > 0 { " | " } else { "" };
            write!(f, "{between}{}", Shown(command, text))?;
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_, Call> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(call, text) = *self;
        write!(f, "{{{{template {}", quote(call.name.as_bytes()))?;
        if let Some(pipe) = &call.pipe {
            write!(f, " {}", Shown(pipe, text))?;
        }
        f.write_str("}}")
    }
}

/// Whether there is nothing but white space in it: such a definition does not replace another one.
pub fn is_empty(list: &[Node], text: &str) -> bool {
    list.iter().all(|node| match node {
        Node::Text(span) => span.of(text).trim().is_empty(),
        _ => false,
    })
}
