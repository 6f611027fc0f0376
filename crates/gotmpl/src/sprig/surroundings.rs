//! What some functions take from outside: the time and randomness. The caller of the engine supplies both.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

/// The clock and the randomness that functions use.
///
/// ```
/// use mkmanifests_gotmpl::sprig::surroundings::{Clock, Randomness, Surroundings};
///
/// let reproducible = Surroundings { clock: Clock::fixed(1_700_000_000, 0), randomness: Randomness::seeded("web/prod") };
/// let as_helm_does = Surroundings { clock: Clock::system(), randomness: Randomness::system() };
/// # let _ = (reproducible, as_helm_does);
/// ```
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// What `now` reads.
    pub clock: Clock,
    /// What passwords, keys and certificates are made of.
    pub randomness: Randomness,
}

/// A clock: the real one, or one that stands still.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Option<(i64, u32)>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(None)
    }

    /// A clock that always shows these seconds since 1970 in UTC, and nanoseconds.
    pub fn fixed(seconds: i64, nanoseconds: u32) -> Clock {
        Clock(Some((seconds, nanoseconds.min(999_999_999))))
    }

    /// Seconds since 1970 in UTC, and nanoseconds.
    pub fn now(self) -> (i64, u32) {
        self.0.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            (i64::try_from(now.as_secs()).unwrap_or(i64::MAX), now.subsec_nanos())
        })
    }
}

/// A source of randomness: the machine's, or one that is derived from a seed. Clones share one state.
#[derive(Debug, Clone)]
pub struct Randomness(Source);

#[derive(Debug, Clone)]
enum Source {
    System(Pool),
    Seeded(Arc<Mutex<Seeded>>),
}

/// What the operating system gave and nobody took yet: charts draw one letter at a time, and each look at the system takes
/// its time.
#[derive(Clone, Default)]
pub struct Pool(Arc<Mutex<Vec<u8>>>);

/// Nothing of what passwords are made of.
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
    /// The operating system's randomness.
    pub fn system() -> Randomness {
        Randomness(Source::System(Pool::default()))
    }

    /// The same bytes for the same seed, template and number of the call in it. Whoever knows the seed knows them
    /// all: not for secrets that guard something, but for output that must not change from run to run.
    pub fn seeded(seed: impl Into<String>) -> Randomness {
        let seeded = Seeded { seed: seed.into(), template: String::new(), calls: 0 };
        Randomness(Source::Seeded(Arc::new(Mutex::new(seeded))))
    }

    /// Says that a template begins: calls are counted from zero in each, so that what one draws changes nothing in
    /// the others. No effect on the system's randomness.
    pub fn begin(&self, template: &str) {
        if let Source::Seeded(seeded) = &self.0 {
            let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
            template.clone_into(&mut seeded.template);
            seeded.calls = 0;
        }
    }

    /// The bytes of one call of a function.
    pub fn call(&self) -> Stream {
        let seeded = match &self.0 {
            Source::System(pool) => return Stream::System(pool.clone()),
            Source::Seeded(seeded) => seeded,
        };
        let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hash = Sha256::new();
        // Lengths keep "ab"+"c" apart from "a"+"bc".
        for part in [&seeded.seed, &seeded.template] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(seeded.calls.to_be_bytes());
        seeded.calls += 1;
        Stream::Seeded(Hashed { key: hash.finalize().into(), block: 0, left: Vec::new() })
    }
}

/// Random bytes without end.
#[derive(Debug)]
pub enum Stream {
    /// The operating system's.
    System(Pool),
    /// Derived from a seed.
    Seeded(Hashed),
}

/// How many bytes the operating system is asked for at once.
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

/// Asks the operating system. One that has no randomness cannot run this program at all.
fn draw(bytes: &mut [u8]) {
    getrandom::fill(bytes).unwrap_or_else(|_| std::process::abort());
}

impl Stream {
    /// Fills a buffer.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        match self {
            Stream::Seeded(hashed) => buffer.iter_mut().for_each(|byte| *byte = hashed.byte()),
            Stream::System(pool) => pool.fill(buffer),
        }
    }

    /// The next bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number below `bound`, each as likely as the other; 0 if the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Numbers past the last whole multiple of the bound would favour the small ones.
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
