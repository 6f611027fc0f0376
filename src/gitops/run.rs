//! Runs over a fleet: renders and compares every cluster before the first file is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::GitopsCode;
use super::affected::Affected;
use super::collect::{ClusterDiagnostics, Collected};
use super::fleet::{Cluster, ClusterFolder, Fleet};
use super::options::Options;
use super::progress::Progress;
use super::report::{Change, ChangeKind, Report};
use super::tree::{self, Current, INDEX, Plan, TemporaryFolder, TreeFolder};
use super::unit::{self, Unit, join};
use super::{argocd, claims, collisions, diff};
use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};
use crate::files::FileCode;

/// The default of [`Options::kept_bytes`].
const KEPT_BYTES: usize = 64 << 20;

/// The stack size of each thread in bytes: YAML and JSON Schemas may be deeply nested.
pub(super) const STACK: usize = 16 << 20;

/// Renders a fleet into the folder `out`, and returns what changed.
///
/// # Errors
///
/// All errors of the whole fleet, and files in `out` that were edited by hand; nothing is written then. If a file cannot be
/// written, every file is still complete: its old or its new version.
pub fn write(fleet: &Fleet, out: &Path, options: &Options<'_>) -> Result<Report, Failure> {
    Run::new(fleet, out, options, 2)?.write()
}

/// Compares the folder `out` with what [`write`](fn@write) would write, and changes nothing.
///
/// # Errors
///
/// The same as of [`write`](fn@write).
pub fn check(fleet: &Fleet, out: &Path, options: &Options<'_>) -> Result<Report, Failure> {
    Run::new(fleet, out, options, 1)?.check()
}

struct Run<'a> {
    fleet: &'a Fleet,
    out: &'a Path,
    options: &'a Options<'a>,
    /// The clusters to render.
    selected: Vec<&'a ClusterFolder>,
    threads: rayon::ThreadPool,
    kept: AtomicUsize,
    progress: Progress<'a>,
}

/// The result of one cluster.
struct ClusterResult<T> {
    found: ClusterDiagnostics,
    apps: usize,
    /// The cluster's name; empty where it could not be rendered.
    name: String,
    result: Option<T>,
}

impl<'a> Run<'a> {
    /// Prepares a run with a number of steps per cluster.
    fn new(fleet: &'a Fleet, out: &'a Path, options: &'a Options<'a>, steps: usize) -> Result<Self, Failure> {
        let diagnostics = early_errors(fleet, out, options);
        if !diagnostics.is_empty() {
            return Err(fail(diagnostics));
        }
        let threads = rayon::ThreadPoolBuilder::new().num_threads(options.jobs.unwrap_or(0)).stack_size(STACK);
        let threads = threads.build().map_err(|error| {
            fail(vec![Diagnostic::error(GitopsCode::NoThreads, format!("cannot start threads: {error}"))])
        })?;
        let (kept, progress) = (AtomicUsize::new(0), Progress::new(options.progress, 0));
        let mut run = Run { fleet, out, options, selected: Vec::new(), threads, kept, progress };
        run.selected = run.select()?;
        run.progress = Progress::new(options.progress, steps * run.selected.len());
        Ok(run)
    }

    fn select(&self) -> Result<Vec<&'a ClusterFolder>, Failure> {
        let selection = &self.options.selection;
        let clusters = self.fleet.clusters().iter().enumerate();
        let selected = clusters.filter(|(position, cluster)| selection.selects(&cluster.path, *position));
        let mut selected: Vec<&ClusterFolder> = selected.map(|(_, cluster)| cluster).collect();
        if let Some(revision) = &selection.changed_since {
            let affected = Affected::since(self.fleet, revision).map_err(|diagnostic| fail(vec![diagnostic]))?;
            let keep = self
                .threads
                .install(|| selected.par_iter().map(|it| affected.includes(self.fleet, it)).collect::<Vec<_>>());
            let mut keep = keep.into_iter();
            selected.retain(|_| keep.next().unwrap_or(true));
        }
        Ok(selected)
    }

    fn write(&self) -> Result<Report, Failure> {
        let is_new = !self.out.exists();
        let written = self.write_locked();
        if is_new && written.is_err() {
            // This only removes an empty folder.
            let _ = std::fs::remove_dir(self.out);
        }
        written
    }

    fn write_locked(&self) -> Result<Report, Failure> {
        let is_shard = self.options.selection.shard.is_some();
        let lock = tree::lock(self.out, is_shard, self.options.waiting).map_err(|diagnostic| fail(vec![diagnostic]))?;
        let (mut report, mut plans) = self.gather(|place, unit| self.plan(place, unit))?;
        plans.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        for (place, plan) in &plans {
            report.unchanged += plan.unchanged;
            report.changes.extend(changes(place, plan));
        }
        report.warn_of_line_ends();
        let unchanged = plans.iter().filter(|(_, plan)| plan.is_empty()).count();
        self.progress.add(unchanged);
        plans.retain(|(_, plan)| !plan.is_empty() || plan.is_removed);
        if plans.is_empty() {
            tree::remove_stale(self.out);
        } else {
            self.apply(plans)?;
        }
        drop(lock);
        Ok(report)
    }

    fn check(&self) -> Result<Report, Failure> {
        let (mut report, compared) = self.gather(|place, unit| self.compare(place, unit))?;
        report.is_check = true;
        for (_, (unchanged, changes)) in compared {
            report.unchanged += unchanged;
            report.changes.extend(changes);
        }
        report.changes.sort_by(|a, b| a.path.cmp(&b.path));
        report.warn_of_line_ends();
        Ok(report)
    }

    /// Renders every cluster and calls `each` with it, on all threads. Then it handles the folders of clusters that are no longer in
    /// the fleet.
    fn gather<T: Send>(
        &self,
        each: impl Fn(&TreeFolder, Unit) -> Result<T, Vec<Diagnostic>> + Sync,
    ) -> Result<(Report, Vec<(TreeFolder, T)>), Failure> {
        let mut collected = Collected::default();
        let one = |folder: &&ClusterFolder| {
            let done = self.cluster(folder, &each);
            self.progress.add(1);
            done
        };
        let done: Vec<ClusterResult<(TreeFolder, T)>> =
            self.threads.install(|| self.selected.par_iter().map(one).collect());
        let mut report = Report { clusters: self.selected.len(), ..Report::default() };
        let mut results = Vec::with_capacity(done.len());
        let mut top = ClusterDiagnostics::default();
        top.add("", self.fleet.warnings().to_vec(), &Sources::default());
        top.add("", claims::unknown(self.fleet, &self.selected, &self.options.selection), &Sources::default());
        if self.options.argocd {
            let names = done.iter().zip(&self.selected).filter(|(done, _)| !done.name.is_empty());
            let names: Vec<_> = names.map(|(done, folder)| (done.name.clone(), folder.path.clone())).collect();
            top.add("", collisions::same_clusters(&names), &Sources::default());
        }
        collected.add(top);
        for ClusterResult { found, apps, result, .. } in done {
            report.apps += apps;
            collected.add(found);
            results.extend(result);
        }
        let mut rest = ClusterDiagnostics::default();
        for unit in self.other_units(&mut rest) {
            let place = TreeFolder::new(self.out, &unit.path);
            match each(&place, unit) {
                Ok(result) => results.push((place, result)),
                Err(diagnostics) => rest.add("", diagnostics, &Sources::default()),
            }
        }
        collected.add(rest);
        let has_errors = collected.has_errors();
        let failure = collected.finish();
        if has_errors {
            return Err(failure);
        }
        report.warnings = failure.diagnostics;
        report.sources = failure.sources;
        Ok((report, results))
    }

    fn cluster<T>(
        &self,
        folder: &ClusterFolder,
        each: &(impl Fn(&TreeFolder, Unit) -> Result<T, Vec<Diagnostic>> + Sync),
    ) -> ClusterResult<(TreeFolder, T)> {
        let mut found = ClusterDiagnostics::default();
        let unit = self.render(folder, &mut found);
        let apps = unit.as_ref().map_or(0, |unit| unit.apps);
        let name = unit.as_ref().map(|unit| unit.cluster.clone()).unwrap_or_default();
        let result = unit.and_then(|unit| {
            let place = TreeFolder::new(self.out, &unit.path);
            let result = each(&place, unit);
            result.map_err(|diagnostics| found.add_named(&folder.path, diagnostics)).ok().map(|it| (place, it))
        });
        ClusterResult { found, apps, name, result }
    }

    fn render(&self, folder: &ClusterFolder, found: &mut ClusterDiagnostics) -> Option<Unit> {
        let cluster = match Cluster::read(self.fleet.root(), folder) {
            Ok(cluster) => cluster,
            Err(Failure { diagnostics, sources }) => {
                found.add(&folder.path, diagnostics, &sources);
                return None;
            }
        };
        let mut unit = unit::render(self.fleet, &cluster, self.options, found)?;
        if folder.path.is_empty() && self.options.argocd {
            let added = self.application_set(&mut unit);
            added.map_err(|diagnostic| found.add("", vec![diagnostic], &Sources::default())).ok()?;
        }
        Some(unit)
    }

    /// Returns the folders that belong to no cluster of the fleet: that of the ApplicationSet, and those of removed clusters.
    fn other_units(&self, found: &mut ClusterDiagnostics) -> Vec<Unit> {
        let selection = &self.options.selection;
        let mut units = Vec::new();
        let mut known: BTreeSet<&str> = self.fleet.cluster_paths().collect();
        if self.options.argocd && !known.contains("") {
            let mut unit = Unit::default();
            match self.application_set(&mut unit) {
                Ok(()) if selection.shard.is_none_or(|shard| shard.is_first()) => units.push(unit),
                Ok(()) => {}
                Err(diagnostic) => found.add("", vec![diagnostic], &Sources::default()),
            }
            known.insert("");
        }
        let stale = tree::stale_units(self.out, &known);
        if let Some(diagnostic) = self.another_fleet(&stale) {
            found.add("", vec![diagnostic], &Sources::default());
        }
        let stale = stale.into_iter().filter(|path| selection.selects_stale(path));
        units.extend(stale.map(|path| Unit { path, ..Unit::default() }));
        units
    }

    /// Reports a tree of which nothing would remain: most likely the folder is that of another fleet.
    fn another_fleet(&self, stale: &[String]) -> Option<Diagnostic> {
        let is_new = |path: &str| !TreeFolder::new(self.out, path).file(INDEX).exists();
        let is_another =
            !self.options.force && stale.iter().any(|path| !path.is_empty()) && self.fleet.cluster_paths().all(is_new);
        is_another.then(|| {
            let shown: Vec<String> = stale.iter().take(3).map(|path| format!("`{path}`")).collect();
            let (out, shown) = (self.out.display(), shown.join(", "));
            let message = format!(
                "`{out}` contains the tree of another fleet: {shown} would be removed, and nothing would remain"
            );
            Diagnostic::error(GitopsCode::AnotherFleet, message)
                .help("use another folder for `--out`, or `--force` to replace the tree")
        })
    }

    fn application_set(&self, unit: &mut Unit) -> Result<(), Diagnostic> {
        let name = std::fs::canonicalize(self.fleet.root()).ok();
        let name = name.as_deref().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or("fleet");
        argocd::application_set(name, &self.options.git, self.options.layout, &mut unit.files).map_err(|error| {
            Diagnostic::error(GitopsCode::NotSerializable, format!("cannot render the ApplicationSet: {error}"))
        })
    }

    fn plan(&self, place: &TreeFolder, unit: Unit) -> Result<Plan, Vec<Diagnostic>> {
        let mut plan = tree::plan(place, unit.files, self.options.force)?;
        let kept = self.kept.fetch_add(plan.size(), Ordering::Relaxed);
        if kept + plan.size() > self.options.kept_bytes.unwrap_or(KEPT_BYTES) {
            self.kept.fetch_sub(plan.size(), Ordering::Relaxed);
            plan.drop_texts();
        }
        Ok(plan)
    }

    /// Applies the plans, and reports everything that failed.
    fn apply(&self, plans: Vec<(TreeFolder, Plan)>) -> Result<(), Failure> {
        let temporary = TemporaryFolder::new(self.out).map_err(|error| {
            let message = format!("cannot write into `{}`: {}", self.out.display(), io_reason(&error));
            fail(vec![Diagnostic::error(FileCode::Unwritable, message)])
        })?;
        tree::add_attributes(self.out, &temporary).map_err(|diagnostic| fail(vec![diagnostic]))?;
        let one = |(place, mut plan): (TreeFolder, Plan)| {
            if plan.has_no_texts() {
                self.render_again(&place, &mut plan)?;
            }
            let applied = tree::apply(&place, &plan, &temporary).map_err(|diagnostic| vec![diagnostic]);
            self.progress.add(1);
            applied
        };
        let failed: Vec<Vec<Diagnostic>> =
            self.threads.install(|| plans.into_par_iter().filter_map(|plan| one(plan).err()).collect());
        if failed.is_empty() { Ok(()) } else { Err(fail(failed.concat())) }
    }

    /// Renders a cluster again whose files were not kept in memory.
    fn render_again(&self, place: &TreeFolder, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let mut found = ClusterDiagnostics::default();
        let folder = self.fleet.clusters().iter().find(|folder| folder.path == place.path);
        let unit = folder.and_then(|folder| self.render(folder, &mut found));
        let restored = unit.is_some_and(|unit| plan.restore_texts(unit.files));
        let changed = || {
            vec![Diagnostic::error(
                GitopsCode::ChangedWhileRendering,
                format!("`{}` changed while it was being rendered", place.path),
            )]
        };
        if restored { Ok(()) } else { Err(changed()) }
    }

    fn compare(&self, place: &TreeFolder, unit: Unit) -> Result<(usize, Vec<Change>), Vec<Diagnostic>> {
        let compared = tree::compare(place, &unit.files).map_err(|diagnostic| vec![diagnostic])?;
        let mut changes = Vec::new();
        for difference in &compared.differences {
            let path = join(&place.path, &difference.path);
            changes.extend(diff::changes(&path, difference.old.as_deref(), difference.new));
        }
        for path in compared.unexpected {
            let path = join(&place.path, &path);
            changes.push(Change { path, object: None, change: ChangeKind::Unexpected, diff: String::new() });
        }
        if changes.is_empty() && !compared.is_index_correct {
            let path = join(&place.path, INDEX);
            changes.push(Change { path, object: None, change: ChangeKind::Changed, diff: String::new() });
        }
        Ok((compared.unchanged, changes))
    }
}

/// Returns the errors that can be found before rendering.
fn early_errors(fleet: &Fleet, out: &Path, options: &Options<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = options.selection.unknown(&fleet.cluster_paths().collect::<Vec<_>>());
    diagnostics.extend(collisions::find(fleet, options));
    if options.argocd && options.git.repo_url.is_none() {
        let diagnostic =
            Diagnostic::error(GitopsCode::MissingRepository, "an ApplicationSet requires the URL of the repository");
        diagnostics.push(
            diagnostic.help("set it with `--repo-url`, for example `--repo-url https://git.example.com/fleet.git`"),
        );
    }
    if canonical(out).starts_with(canonical(fleet.root())) {
        let (out, root) = (out.display(), fleet.root().display());
        diagnostics.push(Diagnostic::error(
            GitopsCode::OutputInFleet,
            format!("the output folder `{out}` must not be inside the fleet `{root}`"),
        ));
    }
    diagnostics
}

/// Returns the changes of a plan, for the report.
fn changes(place: &TreeFolder, plan: &Plan) -> Vec<Change> {
    let change =
        |path: &str, change| Change { path: join(&place.path, path), object: None, change, diff: String::new() };
    let written = plan.write.iter().map(|write| {
        let what = match write.current {
            Current::Missing => ChangeKind::Added,
            Current::Other => ChangeKind::Changed,
            Current::LineEnds => ChangeKind::LineEnds,
        };
        change(&write.path, what)
    });
    let removed = plan.remove.iter().map(|path| change(path, ChangeKind::Removed));
    let mut changes: Vec<Change> = written.chain(removed).collect();
    changes.extend(plan.unexpected.iter().map(|path| change(path, ChangeKind::Unexpected)));
    changes
}

fn fail(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure::new(diagnostics, Sources::default())
}

/// Returns an absolute path with links resolved as far as it exists, so that it can be compared.
pub(super) fn canonical(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = path.ancestors().find_map(|above| Some((above, std::fs::canonicalize(above).ok()?)));
    let resolved = existing.and_then(|(above, found)| match path.strip_prefix(above).ok()? {
        // `join` would add a slash.
        rest if rest.as_os_str().is_empty() => Some(found),
        rest => Some(found.join(rest)),
    });
    resolved.unwrap_or(path)
}
