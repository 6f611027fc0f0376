//! Parses pipelines: declarations, commands and operands.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{Parser, Result, items_from};
use crate::ErrorKind;
use crate::ast::{Arg, ArgKind, Command, Fields, Number, Pipe, Span, TreeDisplay, Variable};
use crate::lex::{Kind, Token};
use crate::number;
use mkmanifests_go::quote::quote;

/// The most commands in one pipeline, as in Go.
const MOST_COMMANDS: usize = 100_000;

/// The variables that a pipeline declares or sets.
#[derive(Default)]
struct Declared {
    assign: bool,
    variables: SmallVec<[Variable; 2]>,
}

impl<'s> Parser<'s> {
    /// Parses declarations and commands up to `end`.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let pos = self.peek_non_space().pos;
        let mut declared = Declared::default();
        while self.declaration(&mut declared, context)? {}
        let mut first = None;
        let mark = self.commands.len();
        loop {
            let token = self.next_non_space();
            if token.kind == end {
                break;
            }
            if !starts_operand(token.kind) {
                return self.unexpected(&token, context);
            }
            self.back(token);
            let command = self.command()?;
            if first.is_none() {
                first = Some(command);
            } else {
                self.commands.push(command);
            }
            if self.commands.len() - mark >= MOST_COMMANDS {
                return self.fail("pipeline too long");
            }
        }
        let Some(first) = first else { return self.fail(format!("missing value for {context}")) };
        let rest = items_from(&mut self.commands, mark);
        self.check(&rest)?;
        let Declared { assign, variables } = declared;
        let decl = if variables.is_empty() { Box::default() } else { variables.into_iter().collect() };
        Ok(Pipe { pos, assign, decl, first, rest })
    }

    /// Parses `$x :=`, `$x =` or `$x,`. Returns whether another declaration may follow.
    fn declaration(&mut self, declared: &mut Declared, context: &str) -> Result<bool> {
        if self.peek_non_space().kind != Kind::Variable {
            return Ok(false);
        }
        let variable = self.next();
        // A space is a token: it is put back if the variable is an argument.
        let after = self.next();
        let next = if after.kind == Kind::Space { self.next_non_space() } else { after };
        match next.kind {
            Kind::Assign | Kind::Declare => {
                declared.assign = next.kind == Kind::Assign;
                self.declare(declared, &variable);
                Ok(false)
            }
            Kind::Char if next.text == "," => {
                self.declare(declared, &variable);
                self.second_declaration(declared, context)
            }
            _ => {
                self.back(next);
                if after.kind == Kind::Space {
                    self.back(after);
                }
                self.back(variable);
                Ok(false)
            }
        }
    }

    fn second_declaration(&mut self, declared: &Declared, context: &str) -> Result<bool> {
        if context != "range" || declared.variables.len() >= 2 {
            return self.fail(format!("too many declarations in {context}"));
        }
        match self.peek_non_space().kind {
            Kind::Variable | Kind::RightDelim | Kind::RightParen => Ok(true),
            _ => self.fail("range can only initialize variables"),
        }
    }

    fn declare(&mut self, declared: &mut Declared, token: &Token<'s>) {
        let variable = self.variable(token);
        self.scope.vars.push(token.text);
        declared.variables.push(variable);
    }

    /// Returns the variable of a name, with its id.
    fn variable(&mut self, token: &Token<'s>) -> Variable {
        let names = &mut self.scope.names;
        let index = names.iter().position(|known| *known == token.text).unwrap_or_else(|| {
            names.push(token.text);
            names.len() - 1
        });
        Variable { id: u32::try_from(index).unwrap_or(u32::MAX), name: token.span() }
    }

    /// Refuses constants in all commands except the first.
    fn check(&self, rest: &[Command]) -> Result<()> {
        match rest.iter().position(|command| command.args.first().is_some_and(is_constant)) {
            Some(index) => self.fail(format!("non executable command in pipeline stage {}", index + 2)),
            None => Ok(()),
        }
    }

    fn command(&mut self) -> Result<Command> {
        let pos = self.peek_non_space().pos;
        let mark = self.args.len();
        loop {
            self.peek_non_space();
            let operand = self.operand()?;
            self.args.extend(operand);
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.back(token),
                Kind::Pipe => {}
                _ => return self.unexpected(&token, "operand"),
            }
            break;
        }
        if self.args.len() == mark {
            return self.fail("empty command");
        }
        Ok(Command { pos, args: items_from(&mut self.args, mark) })
    }

    /// Parses a term and the fields after it.
    fn operand(&mut self) -> Result<Option<Arg>> {
        let Some(mut arg) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(arg));
        }
        let pos = self.peek().pos;
        let mut fields = self.peek().span();
        while self.peek().kind == Kind::Field {
            fields.end = self.next().span().end;
        }
        if is_constant(&arg) {
            let term = quote(TreeDisplay(&arg, &self.shared.source.text).to_string().as_bytes());
            return self.fail(format!("unexpected . after term {term}"));
        }
        let fields = Fields(fields);
        // Go uses the position of the second field for all of them.
        match &mut arg.kind {
            ArgKind::Field(Fields(known)) | ArgKind::Variable(_, Fields(known)) => {
                // There is nothing between them.
                known.end = fields.0.end;
                arg.pos = pos;
                Ok(Some(arg))
            }
            _ => Ok(Some(Arg { pos, kind: ArgKind::Chain(Box::new(arg), fields) })),
        }
    }

    fn term(&mut self) -> Result<Option<Arg>> {
        let token = self.next_non_space();
        let text = token.text;
        let kind = match token.kind {
            Kind::Identifier => match self.shared.functions.get(text) {
                Some(function) => ArgKind::Function(Arc::clone(function)),
                None => {
                    let reason = format!("function {} not defined", quote(text.as_bytes()));
                    return Err(Box::new(self.error(reason).of_kind(ErrorKind::UnknownFunction(text.to_owned()))));
                }
            },
            Kind::Dot => ArgKind::Dot,
            Kind::Nil => ArgKind::Nil,
            Kind::Variable => self.used_variable(&token)?,
            Kind::Field => ArgKind::Field(Fields(token.span())),
            Kind::Bool => ArgKind::Bool(text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => ArgKind::Number(Box::new(self.number(&token)?)),
            Kind::LeftParen => {
                self.enter()?;
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.depth -= 1;
                return Ok(Some(Arg { pos: pipe.pos, kind: ArgKind::Pipe(Box::new(pipe)) }));
            }
            Kind::Str | Kind::RawStr => {
                let Span { start, end } = token.span();
                ArgKind::Str(end - start, self.unquoted(&token)?)
            }
            _ => {
                self.back(token);
                return Ok(None);
            }
        };
        Ok(Some(Arg { pos: token.pos, kind }))
    }

    fn used_variable(&mut self, token: &Token<'s>) -> Result<ArgKind> {
        if !self.scope.vars.contains(&token.text) {
            return self.fail(format!("undefined variable {}", quote(token.text.as_bytes())));
        }
        let variable = self.variable(token);
        let end = variable.name.end;
        Ok(ArgKind::Variable(variable, Fields(Span { start: end, end })))
    }

    fn number(&self, token: &Token<'_>) -> Result<Number> {
        let number = match token.kind {
            Kind::CharConstant => number::character(token.text),
            Kind::Complex => number::complex(token.text),
            _ => number::number(token.text),
        };
        number.or_else(|reason| self.fail(reason))
    }
}

fn starts_operand(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Bool | CharConstant | Complex | Dot | Field | Identifier | Number | Nil | RawStr | Str | Variable | LeftParen
    )
}

fn is_constant(arg: &Arg) -> bool {
    use ArgKind as A;
    matches!(arg.kind, A::Bool(_) | A::Dot | A::Nil | A::Number(_) | A::Str(..))
}
