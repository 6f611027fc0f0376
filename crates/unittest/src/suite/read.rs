//! Reads suites from the text of a file.

use std::sync::Arc;

use mkmanifests_yaml::diagnostic::{Diagnostic, Severity, SourceId, Sources};
use mkmanifests_yaml::tree::read::ReadError as YamlError;

use super::decode::{Decoder, Unknown};
use super::node::Node;
use super::split::{self, Part};
use super::{Suite, SuiteCode, ValuesFile, document, escape, polish};
use crate::go_yaml::RawDocuments;

/// How suites are read.
#[derive(Debug, Clone, Default)]
pub struct Options<'o> {
    /// What happens with keys that helm-unittest does not know.
    pub unknown: Unknown,
    /// Values files of the command line, for all suites.
    pub values: &'o [String],
    /// Whether the text was rendered from a chart. Such suites need a name, and get a number as `snapshotId`.
    pub is_rendered: bool,
    /// The version of helm-unittest that `skip.minimumVersion` is compared with.
    pub version: &'o str,
}

/// The suites of a file.
#[derive(Debug, Clone, Default)]
pub struct Suites {
    /// The suites, in the order of the file.
    pub suites: Vec<Suite>,
    /// Warnings about them.
    pub warnings: Vec<Diagnostic>,
}

/// Why the suites of a file cannot be read.
#[derive(Debug, Clone)]
pub struct ReadError {
    /// Our errors and warnings; at least one error.
    pub diagnostics: Vec<Diagnostic>,
    /// The message of helm-unittest: that of the first suite with an error. If helm-unittest has no error, or crashes,
    /// our first error.
    pub message: String,
    /// The number of the part of the file with that error, from 0, with empty parts.
    pub part: usize,
}

/// Reads the suites of a file, whose `path` is as messages name it. Adds the text to `sources`.
///
/// # Errors
/// All mistakes of all suites. helm-unittest reports only those of the first suite that has some.
pub fn read(path: &str, text: &str, sources: &mut Sources, options: &Options<'_>) -> Result<Suites, Box<ReadError>> {
    let source = sources.add(path, text);
    let mut read = Suites::default();
    let mut diagnostics = Vec::new();
    let mut failed = None;
    for (index, part) in split::parts(text).into_iter().enumerate() {
        let suite = Reader { path, source, options, part }.read(index);
        diagnostics.extend(suite.diagnostics);
        if let Some(error) = suite.error {
            failed.get_or_insert((error, index));
        }
        let text = sources.get(source).map(|source| Arc::clone(&source.text)).unwrap_or_default();
        read.suites.extend(suite.suite.map(|suite| Suite { text, ..suite }));
    }
    let first = diagnostics.iter().find(|diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error);
    match (failed, first) {
        (Some((message, part)), _) => Err(Box::new(ReadError { diagnostics, message, part })),
        (None, Some(first)) => {
            let message = first.to_string();
            Err(Box::new(ReadError { diagnostics, message, part: 0 }))
        }
        (None, None) => Ok(Suites { warnings: diagnostics, ..read }),
    }
}

struct Reader<'r> {
    path: &'r str,
    source: SourceId,
    options: &'r Options<'r>,
    part: Part<'r>,
}

/// What was read of one part of a file.
#[derive(Default)]
struct Read {
    suite: Option<Suite>,
    diagnostics: Vec<Diagnostic>,
    error: Option<String>,
}

impl Reader<'_> {
    fn read(&self, index: usize) -> Read {
        let node = match RawDocuments::new(self.source, self.part.text).next_document() {
            Ok(Some(node)) => node,
            Ok(None) => return Read::default(),
            Err(error) if error.go.contains("unknown escape character") => return self.read_escaped(),
            Err(error) => return self.not_yaml(error),
        };
        let mut read = self.decode(&node, self.options.unknown);
        if let Some(suite) = &mut read.suite {
            let of_command_line = |path: &String| ValuesFile { path: path.clone(), ..ValuesFile::default() };
            suite.values.extend(self.options.values.iter().map(of_command_line));
            if self.options.is_rendered && suite.snapshot_id.is_empty() {
                suite.snapshot_id = index.to_string();
            }
        }
        read
    }

    /// Reads a suite again whose strings have unknown escapes. helm-unittest checks such a suite less, and does not apply
    /// values files of the command line to it.
    fn read_escaped(&self) -> Read {
        let text = escape::backslashes(self.part.text);
        match RawDocuments::new(self.source, &text).next_document() {
            Ok(Some(node)) => self.decode_unchecked(&node),
            Ok(None) => Read::default(),
            Err(error) => self.not_yaml(error),
        }
    }

    fn not_yaml(&self, error: YamlError) -> Read {
        let located = |diagnostic: Diagnostic| {
            let location = self.part.location(diagnostic.location);
            Diagnostic { location, ..diagnostic.original(error.go.clone()) }
        };
        Read {
            suite: None,
            diagnostics: error.diagnostics.into_iter().map(located).collect(),
            error: Some(error.go.clone()),
        }
    }

    fn decode(&self, node: &Node<'_>, unknown: Unknown) -> Read {
        let mut decoder = Decoder::new(unknown, self.part);
        let decoded = document::suite(&mut decoder, node);
        if decoder.error().is_none() {
            self.check(&mut decoder, node, &decoded);
        }
        self.finish(decoder, decoded)
    }

    fn decode_unchecked(&self, node: &Node<'_>) -> Read {
        // The second attempt does not look at unknown keys.
        let unknown = if self.options.unknown == Unknown::Strict { Unknown::Ignored } else { self.options.unknown };
        let mut decoder = Decoder::new(unknown, self.part);
        let decoded = document::suite(&mut decoder, node);
        self.finish(decoder, decoded)
    }

    fn finish(&self, decoder: Decoder<'_>, decoded: document::Decoded) -> Read {
        let error = decoder.error();
        let suite = polish::suite(decoded, self.path, self.options);
        Read { suite: Some(suite), diagnostics: decoder.diagnostics, error }
    }

    /// Checks what helm-unittest checks after it decoded a suite.
    fn check(&self, decoder: &mut Decoder<'_>, node: &Node<'_>, decoded: &document::Decoded) {
        let error = |text: &str| Diagnostic::error(SuiteCode::Empty, text);
        if decoded.jobs.is_empty() {
            let diagnostic = error("the suite has no tests").at(decoder.location(node)).help("add `tests`");
            decoder.stop(diagnostic, "no tests found".to_owned());
            return;
        }
        if self.options.is_rendered && decoded.suite.name.is_empty() {
            let diagnostic =
                error("a rendered suite needs a name").at(decoder.location(node)).help("add `suite: NAME`");
            decoder.stop(diagnostic, "helm chart based test suites must include `suite` field".to_owned());
            return;
        }
        for job in &decoded.jobs {
            match job {
                Some(job) if !job.job.assertions.is_empty() => {}
                Some(job) => {
                    let diagnostic = error("the test has no assertions").at(job.job.location).help("add `asserts`");
                    decoder.stop(diagnostic, "no asserts found".to_owned());
                }
                None => decoder.stop(error("empty test").at(decoder.location(node)), "empty test".to_owned()),
            }
        }
    }
}
