//! Ray nodes as processes on this machine, restarted like containers of a pod, and drivers that use them.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a driver and the nodes that it needs may take. `ray start` gives up after 30 seconds, and a busy machine may need
/// several starts.
const LIMIT: Duration = Duration::from_secs(300);
/// A command that Ray cannot run fails in seconds, so that a test need not wait for the limit.
const MOST_STARTS: usize = 6;
/// How a command line ends that `ray start` does not accept (click's `UsageError`).
const USAGE_ERROR: i32 = 2;

/// A Ray container: what the test runs, and its environment.
pub(super) struct Container {
    pub name: &'static str,
    pub command: Vec<String>,
    pub env: Vec<(String, String)>,
}

/// A Ray cluster whose nodes run until it is dropped.
pub(super) struct Cluster {
    nodes: Vec<Node>,
    ray: PathBuf,
    dir: PathBuf,
    /// Clusters use the same ports, so only one runs at a time on this machine.
    _lock: File,
}

impl Cluster {
    /// Starts a node for each container. `$TEST_DIR` in commands is a folder that is new for each start of a container, as its
    /// file system is.
    pub fn start(ray: &Path, dir: &Path, containers: Vec<Container>) -> Cluster {
        let lock = File::create(std::env::temp_dir().join("mkmanifests-tests-ray.lock")).expect("a lock file");
        lock.lock().expect("the lock");
        let nodes = containers.into_iter().map(|container| Node::start(container, ray, dir)).collect();
        Cluster { nodes, ray: ray.to_owned(), dir: dir.to_owned(), _lock: lock }
    }

    /// Starts another node.
    pub fn add(&mut self, container: Container) {
        self.nodes.push(Node::start(container, &self.ray, &self.dir));
    }

    /// Runs a Python program, again and again until it prints `expected`, and returns its output. Restarts nodes meanwhile,
    /// as a kubelet does.
    pub fn run(&mut self, program: &str, args: &[&str], env: &[(&str, &str)], expected: &str) -> String {
        let started = Instant::now();
        loop {
            let output = self.attempt(program, args, env, started + LIMIT);
            if output.contains(expected) {
                println!("`{expected}` after {:.1?}", started.elapsed());
                return output;
            }
            assert!(started.elapsed() < LIMIT, "no `{expected}` in time: {output}\n{}", self.logs());
            println!("`{expected}` is not in the output, next attempt:\n{output}");
            sleep(Duration::from_secs(1));
        }
    }

    fn attempt(&mut self, program: &str, args: &[&str], env: &[(&str, &str)], end: Instant) -> String {
        let file = self.dir.join("driver.log");
        let log = File::create(&file).expect("a log");
        let mut command = Command::new(self.ray.with_file_name("python"));
        command.arg("-c").arg(program).args(args).envs(env.iter().copied()).env("RAY_USAGE_STATS_ENABLED", "0");
        command.current_dir(&self.dir).stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        let mut driver = Group(command.process_group(0).spawn().expect("Python starts"));
        while driver.ended().is_none() && Instant::now() < end {
            self.restart_ended();
            sleep(Duration::from_millis(100));
        }
        drop(driver);
        fs::read_to_string(file).expect("the driver's output")
    }

    fn restart_ended(&mut self) {
        for node in &mut self.nodes {
            node.restart_if_ended(&self.ray, &self.dir);
        }
    }

    fn logs(&self) -> String {
        self.nodes.iter().map(|node| format!("{}:\n{}\n", node.container.name, node.log(&self.dir))).collect()
    }
}

impl Drop for Cluster {
    /// Ends all nodes at once: each waits for the others, or for its time to be over.
    fn drop(&mut self) {
        for node in &self.nodes {
            node.process.kill("-TERM");
        }
    }
}

/// A container that runs.
struct Node {
    container: Container,
    starts: usize,
    process: Group,
}

impl Node {
    fn start(container: Container, ray: &Path, dir: &Path) -> Node {
        let process = Node::spawn(&container, 1, ray, dir);
        Node { container, starts: 1, process }
    }

    fn restart_if_ended(&mut self, ray: &Path, dir: &Path) {
        let Some(status) = self.process.ended() else { return };
        let name = self.container.name;
        let log = self.log(dir);
        let command = &self.container.command;
        assert!(status.code() != Some(USAGE_ERROR), "Ray refuses the command {command:?} of {name}:\n{log}");
        assert!(self.starts < MOST_STARTS, "{name} ended {} times, {status}: {command:?}\n{log}", self.starts);
        println!("{name} ended, {status}, and is restarted:\n{log}");
        self.starts += 1;
        self.process = Node::spawn(&self.container, self.starts, ray, dir);
    }

    fn spawn(container: &Container, start: usize, ray: &Path, dir: &Path) -> Group {
        let log = File::create(Node::log_file(container, start, dir)).expect("a log");
        // Short, because sockets in it have long names.
        let files = dir.join(format!("{}{start}", &container.name[..1]));
        let mut command = Command::new(&container.command[0]);
        command.args(&container.command[1..]).envs(container.env.iter().map(|(name, value)| (name, value)));
        command.env("TEST_DIR", files).env("RAY_USAGE_STATS_ENABLED", "0");
        command.env("PATH", format!("{}:{}", ray.parent().expect("a folder").display(), env!("PATH")));
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        Group(command.process_group(0).spawn().expect("the command starts"))
    }

    fn log(&self, dir: &Path) -> String {
        fs::read_to_string(Node::log_file(&self.container, self.starts, dir)).expect("the log of a node")
    }

    fn log_file(container: &Container, start: usize, dir: &Path) -> PathBuf {
        dir.join(format!("{}-{start}.log", container.name))
    }
}

/// A process and its children: the processes of a Ray node have to end with it.
struct Group(Child);

impl Group {
    fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("the status of a process")
    }

    fn kill(&self, signal: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill("-TERM");
        let started = Instant::now();
        while matches!(self.0.try_wait(), Ok(None)) && started.elapsed() < Duration::from_secs(5) {
            sleep(Duration::from_millis(50));
        }
        self.kill("-KILL");
        let _ = self.0.wait();
    }
}
