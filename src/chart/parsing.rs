//! The templates of a chart, parsed by two threads.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::model::{Chart, File};
use super::render_values::Release;
use super::scope::Template;
use crate::gotmpl::ast::Tree;
use crate::gotmpl::sprig::surroundings::{Clock, Randomness, Surroundings};
use crate::gotmpl::{Error, Functions, on_deep_stack, parse_bytes};

/// What a template is, parsed.
pub(super) type Outcome = Result<Vec<Arc<Tree>>, Box<Error>>;

/// The functions of a rendering, and the templates that may be parsed before it is known which of them render, and
/// under which names: those of the charts as they were loaded.
pub(super) struct Parsing {
    pub surroundings: Surroundings,
    pub functions: Arc<Functions>,
    jobs: Vec<Job>,
    /// Whether the other thread is to take no more.
    stop: AtomicBool,
    found: Mutex<Found>,
    news: Condvar,
}

struct Job {
    name: String,
    file: File,
    /// Whether a thread is at it, or was.
    taken: AtomicBool,
}

#[derive(Default)]
struct Found {
    outcomes: HashMap<usize, Outcome>,
    /// Whether the other thread does no more.
    over: bool,
}

impl Parsing {
    /// For a rendering of a chart; nothing is parsed yet.
    pub fn new(chart: &Chart, release: &Release, deterministic: bool) -> Parsing {
        let surroundings = surroundings(chart, release, deterministic);
        let functions = Arc::new(super::engine::functions(&surroundings));
        let (jobs, stop) = (Vec::new(), AtomicBool::new(false));
        Parsing { surroundings, functions, jobs, stop, found: Mutex::default(), news: Condvar::new() }
    }

    /// The same, with all that [`Parsing::ahead`] may parse.
    pub fn with_jobs(mut self, chart: &Chart) -> Parsing {
        chart.walk(&mut |chart, path| {
            let counts = |file: &&File| !chart.is_library() || file.base_name().starts_with('_');
            self.jobs.extend(chart.templates.iter().filter(counts).map(|file| Job {
                name: format!("{path}/{}", file.name),
                file: file.clone(),
                taken: AtomicBool::new(false),
            }));
        });
        self
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn parse(&self, name: &str, file: &File) -> Outcome {
        parse_bytes(&self.functions, name, &file.data)
    }

    /// Parses on another thread what nobody is at, until there is no more or [`Parsing::all`] needs no more.
    pub fn ahead(&self) {
        let _end = End(self);
        on_deep_stack(|| {
            for (number, job) in self.jobs.iter().enumerate() {
                if self.stop.load(Ordering::Relaxed) {
                    break;
                }
                if !job.taken.swap(true, Ordering::Relaxed) {
                    let outcome = self.parse(&job.name, &job.file);
                    self.found().outcomes.insert(number, outcome);
                    self.news.notify_all();
                }
            }
        });
    }

    /// What the templates are, in their order. Begins at the end, where the other thread does not.
    pub fn all(&self, templates: &[Template]) -> Vec<Outcome> {
        let numbers: HashMap<&str, usize> =
            self.jobs.iter().enumerate().map(|(number, job)| (job.name.as_str(), number)).collect();
        let job = |template: &Template| {
            let number = *numbers.get(template.name.as_str())?;
            self.jobs
                .get(number)
                .filter(|job| Arc::ptr_eq(&job.file.data, &template.file.data))
                .map(|job| (number, job))
        };
        let mut outcomes: Vec<Option<Outcome>> = templates.iter().map(|_| None).collect();
        for (template, outcome) in templates.iter().zip(&mut outcomes).rev() {
            if job(template).is_none_or(|(_, job)| !job.taken.swap(true, Ordering::Relaxed)) {
                *outcome = Some(self.parse(&template.name, &template.file));
            }
        }
        self.end();
        let parse = |template: &Template| self.parse(&template.name, &template.file);
        let other = |template| job(template).and_then(|(number, _)| self.wait(number));
        let each = templates.iter().zip(outcomes);
        each.map(|(template, own)| own.or_else(|| other(template)).unwrap_or_else(|| parse(template))).collect()
    }

    /// Lets the other thread take no more.
    pub fn end(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// What the other thread finds; nothing if it ended without.
    fn wait(&self, number: usize) -> Option<Outcome> {
        let is_open = |found: &mut Found| !found.over && !found.outcomes.contains_key(&number);
        let found = self.news.wait_while(self.found(), is_open);
        found.unwrap_or_else(PoisonError::into_inner).outcomes.remove(&number)
    }
}

/// Tells that the other thread does no more, in whatever way it ends.
struct End<'p>(&'p Parsing);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.found().over = true;
        self.0.news.notify_all();
    }
}

/// Time and randomness: the machine's, or derived from the release.
fn surroundings(chart: &Chart, release: &Release, deterministic: bool) -> Surroundings {
    if !deterministic {
        return Surroundings { clock: Clock::system(), randomness: Randomness::system() };
    }
    let seed = format!("{}/{}/{}", release.namespace, release.name, chart.name());
    Surroundings { clock: Clock::fixed(0, 0), randomness: Randomness::seeded(seed) }
}
