//! Parsed templates.

use std::fmt;
use std::sync::Arc;

use super::function::Function;
use super::value::Str;

/// The text of a file and the name that it was parsed under.
#[derive(Debug)]
pub(crate) struct Source {
    pub name: Arc<str>,
    pub text: Arc<str>,
}

/// One template: a file without what it defines, or one `define`.
#[derive(Debug)]
pub(crate) struct Tree {
    pub name: Arc<str>,
    pub source: Arc<Source>,
    pub root: List,
}

pub(crate) type List = Vec<Node>;

/// Offset in the text of the source, in bytes.
pub(crate) type Pos = usize;

#[derive(Debug)]
pub(crate) enum Node {
    /// Offsets of plain text.
    Text(Pos, Pos),
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

#[derive(Debug)]
pub(crate) struct Pipe {
    pub pos: Pos,
    pub decl: Vec<Variable>,
    pub assign: bool,
    pub commands: Vec<Command>,
}

/// A variable of a tree; the id stands for the name.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub id: u32,
    pub name: Arc<str>,
}

#[derive(Debug)]
pub(crate) struct Command {
    pub pos: Pos,
    pub args: Vec<Arg>,
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
    /// As written, and what it stands for.
    Str(Arc<str>, Str),
    /// `.a.b`
    Field(Vec<Arc<str>>),
    /// `$x.a.b`
    Variable(Variable, Vec<Arc<str>>),
    /// `(pipe).a.b`
    Chain(Box<Arg>, Vec<Arc<str>>),
    Pipe(Box<Pipe>),
}

/// A constant, with all the types that it may be taken as.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    pub text: Arc<str>,
    pub int: Option<i64>,
    pub uint: Option<u64>,
    pub float: Option<f64>,
}

fn write_fields(f: &mut fmt::Formatter<'_>, fields: &[Arc<str>]) -> fmt::Result {
    fields.iter().try_for_each(|field| write!(f, ".{field}"))
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ArgKind::Function(function) => f.write_str(function.name),
            ArgKind::Dot => f.write_str("."),
            ArgKind::Nil => f.write_str("nil"),
            ArgKind::Bool(value) => write!(f, "{value}"),
            ArgKind::Number(number) => f.write_str(&number.text),
            ArgKind::Str(written, _) => f.write_str(written),
            ArgKind::Field(fields) => write_fields(f, fields),
            ArgKind::Variable(variable, fields) => {
                f.write_str(&variable.name)?;
                write_fields(f, fields)
            }
            ArgKind::Chain(base, fields) => {
                match &base.kind {
                    ArgKind::Pipe(pipe) => write!(f, "({pipe})")?,
                    _ => write!(f, "{base}")?,
                }
                write_fields(f, fields)
            }
            ArgKind::Pipe(pipe) => write!(f, "{pipe}"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, arg) in self.args.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &arg.kind {
                ArgKind::Pipe(pipe) => write!(f, "({pipe})")?,
                _ => write!(f, "{arg}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, variable) in self.decl.iter().enumerate() {
            let between = if index > 0 { ", " } else { "" };
            write!(f, "{between}{}", variable.name)?;
        }
        if !self.decl.is_empty() {
            f.write_str(if self.assign { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            let between = if index > 0 { " | " } else { "" };
            write!(f, "{between}{command}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", super::fmt::quote(self.name.as_bytes()))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}

/// Whether there is nothing but white space in it: such a definition does not replace another one.
pub(crate) fn is_empty(list: &List, text: &str) -> bool {
    list.iter().all(|node| match node {
        Node::Text(start, end) => text.get(*start..*end).is_some_and(|text| text.trim().is_empty()),
        _ => false,
    })
}
