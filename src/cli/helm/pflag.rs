//! Reads a command line as Helm's library for flags does, and returns it in a form that clap reads.

use clap::{Arg, ArgAction, Command};

use super::typed;
use crate::go::quote::{quote, quote_char};

/// What a flag does with its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `--flag`, or `--flag=false`.
    Switch,
    /// `--flag` or `--flag=value`, but not `--flag value`.
    Optional,
    /// `--flag=value` or `--flag value`.
    Text,
    /// As [`Kind::Text`], and the value is a list in CSV.
    Csv,
}

/// The flags of one command, with those of all commands.
pub(super) struct FlagSet<'a> {
    flags: Vec<&'a Arg>,
}

/// What a command line has: flags as `--name=value`, and the other words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The flags in their order. Boolean flags are last, and only there if they are set.
    pub flags: Vec<Flag>,
    /// The words that are neither flags nor their values.
    pub words: Vec<String>,
    /// Whether `--help` or `-h` was given.
    pub help: bool,
    /// The names of all flags that were given, in their order.
    pub given: Vec<String>,
}

/// A flag of a command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flag {
    /// The long name.
    pub name: String,
    /// The value; none for a boolean flag, and where it was left out.
    pub value: Option<String>,
}

impl Flag {
    /// Returns the word that clap reads.
    pub fn word(&self) -> String {
        match &self.value {
            Some(value) => format!("--{}={value}", self.name),
            None => format!("--{}", self.name),
        }
    }
}

impl<'a> FlagSet<'a> {
    pub fn new(command: &'a Command, global: &'a [Arg]) -> FlagSet<'a> {
        let own = command.get_arguments().filter(|arg| !arg.is_positional());
        let own: Vec<&Arg> = own.collect();
        let is_own = |arg: &&Arg| own.iter().any(|own| own.get_long() == arg.get_long());
        let global: Vec<&Arg> = global.iter().filter(|arg| !is_own(arg)).collect();
        FlagSet { flags: own.into_iter().chain(global).collect() }
    }

    fn long(&self, name: &str) -> Option<&'a Arg> {
        self.flags.iter().find(|arg| arg.get_long() == Some(name)).copied()
    }

    fn short(&self, letter: char) -> Option<&'a Arg> {
        self.flags.iter().find(|arg| arg.get_short() == Some(letter)).copied()
    }

    /// Returns whether the word after `word` is its value, for words that begin with `-`.
    ///
    /// This is asked before the command is known: an unknown flag is expected to have a value.
    pub fn takes_next_word(&self, word: &str) -> bool {
        if word.contains('=') {
            return false;
        }
        let arg = match word.strip_prefix("--") {
            Some("help") => return false,
            Some(name) => self.long(name),
            None if word.len() != 2 || word == "-h" => return false,
            None => word.chars().nth(1).and_then(|letter| self.short(letter)),
        };
        arg.is_none_or(|arg| matches!(kind(arg), Kind::Text | Kind::Csv))
    }

    /// Parses the words of a command line.
    ///
    /// # Errors
    /// The text that Helm prints.
    pub fn parse(&self, words: &[String]) -> Result<Parsed, String> {
        let mut parser = Parser { set: self, rest: words, parsed: Parsed::default(), switches: Vec::new() };
        while let Some(word) = parser.next() {
            match word.strip_prefix("--") {
                Some("") => {
                    parser.parsed.words.extend_from_slice(parser.rest);
                    break;
                }
                Some(flag) => parser.long(word, flag)?,
                None if word.len() > 1 && word.starts_with('-') => parser.shorts(&word[1..])?,
                None => parser.parsed.words.push(word.to_owned()),
            }
        }
        let Parser { mut parsed, switches, .. } = parser;
        let set = switches.into_iter().filter(|(_, set)| *set);
        parsed.flags.extend(set.map(|(name, _)| Flag { name: name.to_owned(), value: None }));
        Ok(parsed)
    }
}

fn kind(arg: &Arg) -> Kind {
    match arg.get_action() {
        ArgAction::SetTrue => Kind::Switch,
        _ if arg.get_num_args().is_some_and(|count| count.min_values() == 0) => Kind::Optional,
        ArgAction::Append if arg.get_value_delimiter() == Some(',') => Kind::Csv,
        _ => Kind::Text,
    }
}

struct Parser<'a, 'w> {
    set: &'w FlagSet<'a>,
    rest: &'w [String],
    parsed: Parsed,
    /// The boolean flags that were given; the last value counts.
    switches: Vec<(&'a str, bool)>,
}

impl<'w> Parser<'_, 'w> {
    fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn long(&mut self, word: &str, flag: &str) -> Result<(), String> {
        if flag.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: {word}"));
        }
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        match self.set.long(name) {
            Some(arg) if value.is_none() && matches!(kind(arg), Kind::Text | Kind::Csv) => {
                let value = self.next().ok_or_else(|| format!("flag needs an argument: {word}"))?;
                self.set(arg, Some(value))
            }
            Some(arg) => self.set(arg, value),
            None if name == "help" => self.set_help(value),
            None => Err(format!("unknown flag: --{name}")),
        }
    }

    /// Parses `-abc`, `-a=value`, `-avalue` and `-a value`.
    fn shorts(&mut self, letters: &str) -> Result<(), String> {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            let after = &rest[letter.len_utf8()..];
            let value = after.strip_prefix('=').filter(|_| rest.len() > 2);
            let Some(arg) = self.set.short(letter) else {
                if letter == 'h' {
                    self.set_help(value)?;
                    rest = if value.is_some() { "" } else { after };
                    continue;
                }
                return Err(format!("unknown shorthand flag: {} in -{rest}", quote_char(letter)));
            };
            rest = match (value, kind(arg)) {
                (Some(value), _) => {
                    self.set(arg, Some(value))?;
                    ""
                }
                (None, Kind::Switch | Kind::Optional) => {
                    self.set(arg, None)?;
                    after
                }
                (None, _) => {
                    let next = if after.is_empty() { self.next() } else { Some(after) };
                    let missing = || format!("flag needs an argument: {} in -{rest}", quote_char(letter));
                    self.set(arg, Some(next.ok_or_else(missing)?))?;
                    ""
                }
            };
        }
        Ok(())
    }

    fn set_help(&mut self, value: Option<&str>) -> Result<(), String> {
        let text = value.unwrap_or("true");
        self.parsed.help = typed::boolean(text).map_err(|why| invalid_text(text, "-h, --help", &why))?;
        Ok(())
    }

    fn set(&mut self, arg: &Arg, value: Option<&str>) -> Result<(), String> {
        let set = self.set;
        let Some(name) = arg.get_long().and_then(|name| set.long(name)).and_then(Arg::get_long) else { return Ok(()) };
        self.parsed.given.push(name.to_owned());
        let fail = |why: String| invalid(value.unwrap_or_default(), arg, &why);
        match kind(arg) {
            Kind::Switch => {
                let value = typed::boolean(value.unwrap_or("true")).map_err(fail)?;
                self.switches.retain(|(known, _)| *known != name);
                self.switches.push((name, value));
            }
            Kind::Csv => {
                let fields = typed::csv(value.unwrap_or_default()).map_err(fail)?;
                let flags = fields.into_iter().map(|field| Flag { name: name.to_owned(), value: Some(field) });
                self.parsed.flags.extend(flags);
            }
            Kind::Text | Kind::Optional => {
                self.parsed.flags.push(Flag { name: name.to_owned(), value: value.map(str::to_owned) });
            }
        }
        Ok(())
    }
}

/// Returns Helm's text about a value that a flag does not take.
pub(super) fn invalid(value: &str, arg: &Arg, why: &str) -> String {
    let long = arg.get_long().unwrap_or_default();
    let name = match arg.get_short() {
        Some(short) => format!("-{short}, --{long}"),
        None => format!("--{long}"),
    };
    invalid_text(value, &name, why)
}

fn invalid_text(value: &str, name: &str, why: &str) -> String {
    format!("invalid argument {} for {} flag: {why}", quote(value.as_bytes()), quote(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::flags::{csv, list, optional, switch, text};
    use super::*;

    fn parse(line: &str) -> Result<String, String> {
        let command = Command::new("x").args([
            switch("all", "").short('a'),
            switch("bare", "").short('b'),
            text("name", "N", "").short('n'),
            list("set", "S", ""),
            csv("values", "V", "").short('f'),
            optional("wait", "W", "watcher", ""),
        ]);
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let parsed = FlagSet::new(&command, &[]).parse(&words)?;
        let flags = parsed.flags.iter().map(Flag::word);
        Ok(flags.chain(parsed.words).chain(parsed.help.then(|| "HELP".to_owned())).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn command_lines_are_read_as_helm_reads_them() {
        for (line, expected) in [
            ("a --name x b", "--name=x a b"),
            ("--name=x=y --set a=b --set -1", "--name=x=y --set=a=b --set=-1"),
            ("-abn=x y", "--name=x --all --bare y"),
            ("-nx -n y", "--name=x --name=y"),
            ("--all=false --bare=false --bare=1", "--bare"),
            ("--all false", "--all false"),
            ("-a=F -- --name -x", "--name -x"),
            ("-f a,b -f=c --wait legacy --wait=x", "--values=a --values=b --values=c --wait --wait=x legacy"),
            ("- --name - -h", "--name=- - HELP"),
            ("-ah", "--all HELP"),
        ] {
            assert_eq!(parse(line), Ok(expected.to_owned()), "{line}");
        }
        for (line, expected) in [
            ("--nope=1", "unknown flag: --nope"),
            ("-ax", "unknown shorthand flag: 'x' in -x"),
            ("-axn", "unknown shorthand flag: 'x' in -xn"),
            ("--name", "flag needs an argument: --name"),
            ("-an", "flag needs an argument: 'n' in -n"),
            ("--=x", "bad flag syntax: --=x"),
            ("---x", "bad flag syntax: ---x"),
            (
                "-a=no",
                "invalid argument \"no\" for \"-a, --all\" flag: strconv.ParseBool: parsing \"no\": invalid syntax",
            ),
        ] {
            assert_eq!(parse(line), Err(expected.to_owned()), "{line}");
        }
    }
}
