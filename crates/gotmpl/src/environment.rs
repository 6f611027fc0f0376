//! What functions know beyond their arguments: time, randomness, and the objects of a cluster. The caller supplies all.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

use super::value::Value;

/// What the function `lookup` does: API version, kind, namespace and name, to the object or list, or Go's error.
pub type Lookup = Arc<dyn Fn(&str, &str, &str, &str) -> Result<Value, String> + Send + Sync>;

/// What the functions of one rendering know beyond their arguments. Parsed templates do not depend on it, so that
/// renderings share them.
///
/// ```
/// use mkmanifests_gotmpl::environment::{Clock, Environment, Randomness};
///
/// let as_helm_does = Environment::default();
/// let reproducible = Environment::reproducible("web/prod");
/// let clock = Clock::fixed(1_700_000_000, 0);
/// let at_another_time = Environment { clock, ..Environment::reproducible("web/prod") };
/// # let _ = (as_helm_does, reproducible, at_another_time);
/// ```
#[derive(Clone)]
pub struct Environment {
    /// The clock of `now`.
    pub clock: Clock,
    /// The randomness of passwords, keys and certificates.
    pub randomness: Randomness,
    /// How `lookup` finds objects; without it, `lookup` returns an empty map, as in `helm template`.
    pub lookup: Option<Lookup>,
}

impl Environment {
    /// Returns an environment in which each run gives the same: the time is 1970, and random bytes are derived from a
    /// seed ([`Randomness::seeded`]).
    pub fn reproducible(seed: impl Into<String>) -> Environment {
        Environment { clock: Clock::fixed(0, 0), randomness: Randomness::seeded(seed), lookup: None }
    }
}

impl Default for Environment {
    /// Returns the clock and the randomness of the system, without a cluster.
    fn default() -> Self {
        Environment { clock: Clock::system(), randomness: Randomness::system(), lookup: None }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Environment { clock, randomness, lookup } = self;
        let mut fields = f.debug_struct("Environment");
        fields.field("clock", clock).field("randomness", randomness).field("lookup", &lookup.is_some()).finish()
    }
}

/// A clock: the system clock, or a fixed time.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Option<(i64, u32)>);

impl Clock {
    /// Returns the system clock.
    pub fn system() -> Clock {
        Clock(None)
    }

    /// Returns a clock with a fixed time: seconds since 1970 in UTC, and nanoseconds.
    pub fn fixed(seconds: i64, nanoseconds: u32) -> Clock {
        Clock(Some((seconds, nanoseconds.min(999_999_999))))
    }

    /// Returns the time: seconds since 1970 in UTC, and nanoseconds.
    pub fn now(self) -> (i64, u32) {
        self.0.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            (i64::try_from(now.as_secs()).unwrap_or(i64::MAX), now.subsec_nanos())
        })
    }
}

/// A source of randomness: the operating system, or a seed. Clones share their state.
#[derive(Debug, Clone)]
pub struct Randomness(Source);

#[derive(Debug, Clone)]
enum Source {
    System(Pool),
    Seeded(Arc<Mutex<Seeded>>),
}

/// Random bytes of the operating system that are not used yet: charts draw one letter at a time, and each system call
/// has a cost.
#[derive(Clone, Default)]
pub struct Pool(Arc<Mutex<Vec<u8>>>);

/// Does not print the bytes, since passwords are generated from them.
impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}

#[derive(Debug)]
struct Seeded {
    seed: String,
    template: String,
    calls: u64,
}

impl Randomness {
    /// Returns the randomness of the operating system.
    pub fn system() -> Randomness {
        Randomness(Source::System(Pool::default()))
    }

    /// Returns randomness that depends only on the seed, the template and the number of the call in it. Use it for
    /// reproducible output, not for real secrets: anyone who knows the seed can compute the bytes.
    pub fn seeded(seed: impl Into<String>) -> Randomness {
        let seeded = Seeded { seed: seed.into(), template: String::new(), calls: 0 };
        Randomness(Source::Seeded(Arc::new(Mutex::new(seeded))))
    }

    /// Begins a template: its calls are counted from zero, so that templates do not affect one another. Has no effect
    /// on the randomness of the operating system.
    pub fn begin(&self, template: &str) {
        if let Source::Seeded(seeded) = &self.0 {
            let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
            template.clone_into(&mut seeded.template);
            seeded.calls = 0;
        }
    }

    /// Returns the random bytes for one call of a function.
    pub fn call(&self) -> Stream {
        let seeded = match &self.0 {
            Source::System(pool) => return Stream::System(pool.clone()),
            Source::Seeded(seeded) => seeded,
        };
        let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hash = Sha256::new();
        // The lengths distinguish "ab"+"c" from "a"+"bc".
        for part in [&seeded.seed, &seeded.template] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(seeded.calls.to_be_bytes());
        seeded.calls += 1;
        Stream::Seeded(Hashed { key: hash.finalize().into(), block: 0, left: Vec::new() })
    }
}

/// An endless stream of random bytes.
#[derive(Debug)]
pub enum Stream {
    /// Bytes of the operating system.
    System(Pool),
    /// Bytes derived from a seed.
    Seeded(Hashed),
}

/// How many bytes are requested from the operating system at once.
const DRAWN: usize = 1024;

/// SHA-256 in counter mode.
#[derive(Debug)]
pub struct Hashed {
    key: [u8; 32],
    block: u64,
    left: Vec<u8>,
}

impl Hashed {
    fn byte(&mut self) -> u8 {
        loop {
            if let Some(byte) = self.left.pop() {
                return byte;
            }
            let block = Sha256::new().chain_update(self.key).chain_update(self.block.to_be_bytes()).finalize();
            self.block += 1;
            self.left = block.iter().rev().copied().collect();
        }
    }
}

impl Pool {
    fn fill(&self, buffer: &mut [u8]) {
        if buffer.len() > DRAWN {
            return draw(buffer);
        }
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() < buffer.len() {
            left.resize(DRAWN, 0);
            draw(&mut left);
        }
        let rest = left.len().saturating_sub(buffer.len());
        buffer.copy_from_slice(left.get(rest..).unwrap_or_default());
        left.truncate(rest);
    }
}

/// Requests bytes from the operating system. A system without randomness cannot run this program.
fn draw(bytes: &mut [u8]) {
    getrandom::fill(bytes).unwrap_or_else(|_| std::process::abort());
}

impl Stream {
    /// Fills a buffer with random bytes.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        match self {
            Stream::Seeded(hashed) => buffer.iter_mut().for_each(|byte| *byte = hashed.byte()),
            Stream::System(pool) => pool.fill(buffer),
        }
    }

    /// Returns another stream, for work on another thread. What it yields does not depend on how this one is used later.
    pub fn branch(&mut self) -> Stream {
        match self {
            Stream::System(pool) => Stream::System(pool.clone()),
            Stream::Seeded(_) => Stream::Seeded(Hashed { key: self.bytes(), block: 0, left: Vec::new() }),
        }
    }

    /// Returns the next bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Returns a uniformly distributed number below `bound`; 0 if the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Numbers above the last multiple of the bound would make small results more likely.
        let usable = u64::MAX - u64::MAX % bound;
        loop {
            let number = u64::from_be_bytes(self.bytes());
            if number < usable {
                return number % bound;
            }
        }
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        self.fill(buffer);
        Ok(())
    }
}

impl TryCryptoRng for Stream {}
