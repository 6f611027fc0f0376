//! The streams of one run. Whether a note or a warning is printed is decided here, for every command.

use std::ffi::OsString;
use std::io::{Read, Write};

use clap::ArgMatches;

use super::Streams;
use crate::diagnostic::{self, Diagnostic, Failure, Sources};

/// The streams of one run, and the command line that it was started with.
pub(super) struct Console<'a> {
    /// What `-` reads.
    pub stdin: &'a mut dyn Read,
    /// The output: YAML, JSON, and documents.
    pub stdout: &'a mut dyn Write,
    /// Whether the output may have colours.
    pub color_stdout: bool,
    /// The words of the command line, the program's name first.
    pub words: Vec<String>,
    stderr: &'a mut dyn Write,
    color: bool,
    terminal: bool,
    quiet: bool,
}

impl<'a> Console<'a> {
    pub fn new(streams: Streams<'a>, words: &[OsString]) -> Self {
        Console {
            stdin: streams.stdin,
            stdout: streams.stdout,
            color_stdout: streams.color_stdout,
            words: words.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
            stderr: streams.stderr,
            color: streams.color,
            terminal: streams.terminal,
            quiet: false,
        }
    }

    /// Applies the flags that every command has: `--no-color` and `--quiet`.
    pub fn apply_global_flags(&mut self, matches: &ArgMatches) {
        if matches.get_flag("no-color") {
            self.color = false;
            self.color_stdout = false;
        }
        self.quiet = matches.get_flag("quiet");
    }

    /// Returns whether notes and warnings are dropped, so that a command need not compute them.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Returns whether a person is watching stderr and wants to see how far the run is.
    pub fn shows_progress(&self) -> bool {
        self.terminal && !self.quiet
    }

    /// Prints a line that is no error: a note, or the summary of a run.
    pub fn inform(&mut self, line: &str) {
        if !self.quiet {
            // In one piece: stderr has no buffer, and each part of a format would be a system call.
            self.write_error(&format!("{line}\n"));
        }
    }

    /// Prints diagnostics; with `--quiet` only the errors among them.
    pub fn report(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        let errors: Vec<Diagnostic>;
        let shown = if self.quiet {
            errors = diagnostics.iter().filter(|diagnostic| !diagnostic.is_warning()).cloned().collect();
            &errors
        } else {
            diagnostics
        };
        if !shown.is_empty() {
            let text = diagnostic::render(shown, sources, self.color);
            self.write_error(&format!("{text}\n\n"));
        }
    }

    /// Prints why the run failed; with `--quiet` without the warnings.
    pub fn fail(&mut self, failure: &Failure) {
        let Failure { diagnostics, sources } = failure;
        let has_error = diagnostics.iter().any(|diagnostic| !diagnostic.is_warning());
        let is_shown = |diagnostic: &&Diagnostic| !(self.quiet && has_error && diagnostic.is_warning());
        let shown: Vec<Diagnostic> = diagnostics.iter().filter(is_shown).cloned().collect();
        let text = diagnostic::render(&shown, sources, self.color);
        self.write_error(&format!("{text}\n"));
    }

    /// Prints what clap says about the command line.
    pub fn print_usage(&mut self, error: &clap::Error) {
        let text = error.render();
        let text = if self.color { text.ansi().to_string() } else { text.to_string() };
        self.write_error(&text);
    }

    /// Writes to stderr. If stderr is closed, only the exit code shows that the run failed.
    pub fn write_error(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes());
    }
}
