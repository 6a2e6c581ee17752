#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tanuki_tests::parsers::cursor(bytes));
