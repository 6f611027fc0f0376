//! Random text, numbers and bytes, drawn from the randomness of the rendering.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::environment::Stream;
use crate::{Args, CallError, Function, Type, Value};
use mkmanifests_go::runes;

const NUMBERS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_NUMBERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The longest random text, far more than charts need. Go runs out of memory instead.
const LONGEST: i64 = 1 << 24;

/// Returns `randAlpha`, `randAlphaNum`, `randNumeric`, `randAscii`, `randBytes`, `randInt`, `uuidv4` and `shuffle`.
pub fn functions() -> Vec<Function> {
    let ascii: Vec<u8> = (b' '..=b'~').collect();
    vec![
        text("randAlpha", LETTERS.to_vec()),
        text("randAlphaNum", LETTERS_AND_NUMBERS.to_vec()),
        text("randNumeric", NUMBERS.to_vec()),
        text("randAscii", ascii),
        function("randBytes", &[Type::Int], bytes),
        function("randInt", &[Type::Int, Type::Int], int),
        function("uuidv4", &[], |stream, _| Ok(uuid(stream).into())),
        function("shuffle", &[Type::Str], |stream, args| Ok(shuffle(stream, args.bytes(0)).into())),
    ]
}

/// Creates a function that uses random bytes of its own call.
pub(super) fn function(
    name: &'static str,
    params: &'static [Type],
    call: fn(&mut Stream, Args<'_>) -> Result<Value, CallError>,
) -> Function {
    Function::new(name, params, move |caller, args| call(&mut caller.environment().randomness.call(), args))
}

fn text(name: &'static str, alphabet: Vec<u8>) -> Function {
    Function::new(name, &[Type::Int], move |caller, args| {
        // Sprig ignores the error of a negative length.
        let length = usize::try_from(args.int(0)).unwrap_or_default();
        caller.spend(length as u64)?;
        let mut stream = caller.environment().randomness.call();
        let mut draw = || alphabet.get(stream.below(alphabet.len() as u64) as usize).copied().map_or(' ', char::from);
        Ok(Value::from((0..length).map(|_| draw()).collect::<String>()))
    })
}

fn length(count: i64) -> Option<usize> {
    if count > LONGEST { None } else { usize::try_from(count).ok() }
}

fn bytes(stream: &mut Stream, args: Args<'_>) -> Result<Value, CallError> {
    let length = length(args.int(0)).ok_or("runtime error: makeslice: len out of range")?;
    let mut buffer = vec![0; length];
    stream.fill(&mut buffer);
    Ok(STANDARD.encode(buffer).into())
}

fn int(stream: &mut Stream, args: Args<'_>) -> Result<Value, CallError> {
    let (min, max) = (args.int(0), args.int(1));
    let span = u64::try_from(max.wrapping_sub(min)).ok().filter(|span| *span > 0);
    let span = span.ok_or("invalid argument to Intn")?;
    Ok(Value::int(min.wrapping_add(stream.below(span) as i64)))
}

fn uuid(stream: &mut Stream) -> String {
    let mut number = u128::from_be_bytes(stream.bytes());
    // RFC 9562: version 4, variant 0b10.
    number = number & !(0xf << 76) | 4 << 76;
    number = number & !(3 << 62) | 2 << 62;
    let digits = format!("{number:032x}");
    let part = |from, to| digits.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

fn shuffle(stream: &mut Stream, text: &[u8]) -> String {
    let mut characters: Vec<char> = runes(text).map(|(rune, _)| rune).collect();
    for last in (1..characters.len()).rev() {
        let other = stream.below(last as u64 + 1) as usize;
        characters.swap(last, other);
    }
    characters.into_iter().collect()
}
