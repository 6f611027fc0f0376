//! Parsed templates.

use crate::go::quote::quote;
use std::fmt;
use std::sync::Arc;

use super::function::Function;
use super::value::Str;

/// The text of a file and the name that it was parsed under.
#[derive(Debug)]
pub(crate) struct Source {
    pub name: Arc<str>,
    pub text: Arc<str>,
    /// Whether the text stands for bytes that are not UTF-8.
    pub raw: bool,
}

/// One template: a file without what it defines, or one `define`.
#[derive(Debug)]
pub(crate) struct Tree {
    pub name: Arc<str>,
    pub source: Arc<Source>,
    pub root: List,
}

pub(crate) type List = Box<[Node]>;

/// Offset in the text of the source, in bytes.
pub(crate) type Pos = u32;

/// A stretch of the text of the source. Names are kept as such: a chart has thousands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub start: Pos,
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
pub(crate) struct Fields(pub Span);

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

    pub fn is_empty(self) -> bool {
        self.0.start == self.0.end
    }
}

#[derive(Debug)]
pub(crate) enum Node {
    /// Plain text.
    Text(Span),
    Action(Pipe),
    If(Box<Branch>),
    Range(Box<Branch>),
    With(Box<Branch>),
    Template(Box<Call>),
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub pipe: Pipe,
    pub list: List,
    pub otherwise: Option<List>,
}

/// `{{ template "name" pipe }}`.
#[derive(Debug)]
pub(crate) struct Call {
    pub pos: Pos,
    pub name: Str,
    pub pipe: Option<Pipe>,
}

/// What it declares, and at least one command.
#[derive(Debug)]
pub(crate) struct Pipe {
    pub pos: Pos,
    pub assign: bool,
    pub decl: Box<[Variable]>,
    pub first: Command,
    pub rest: Box<[Command]>,
}

impl Pipe {
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

/// A variable of a tree; the id stands for the name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    pub id: u32,
    pub name: Span,
}

#[derive(Debug)]
pub(crate) struct Command {
    pub pos: Pos,
    pub args: Box<[Arg]>,
}

#[derive(Debug)]
pub(crate) struct Arg {
    pub pos: Pos,
    pub kind: ArgKind,
}

#[derive(Debug)]
pub(crate) enum ArgKind {
    Function(Arc<Function>),
    Dot,
    Nil,
    Bool(bool),
    Number(Box<Number>),
    /// How long it is as written, from the position on, and what it stands for.
    Str(u32, Str),
    /// `.a.b`
    Field(Fields),
    /// `$x.a.b`
    Variable(Variable, Fields),
    /// `(pipe).a.b`
    Chain(Box<Arg>, Fields),
    Pipe(Box<Pipe>),
}

/// A constant, with all the types that it may be taken as.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    pub text: Arc<str>,
    pub int: Option<i64>,
    pub uint: Option<u64>,
    pub float: Option<f64>,
    /// Real and imaginary part, if the constant ends with `i`.
    pub complex: Option<(f64, f64)>,
}

/// A part of a tree as Go prints it in errors, with the text of its source.
pub(crate) struct Shown<'t, T>(pub &'t T, pub &'t str);

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
pub(crate) fn is_empty(list: &[Node], text: &str) -> bool {
    list.iter().all(|node| match node {
        Node::Text(span) => span.of(text).trim().is_empty(),
        _ => false,
    })
}
