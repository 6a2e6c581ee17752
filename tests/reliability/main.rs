//! Reliability: many at once, a crash at any moment, a restart, lists longer than one answer of the database.

mod at_once;
mod calls;
mod concurrency;
mod creation;
mod emptiness;
mod faults;
mod faults_matrix;
mod faults_operations;
mod fuse;
mod gate;
mod history;
mod if_match;
mod interleaving;
mod journal;
mod journal_links;
mod journal_rows;
mod keys;
mod login;
mod meeting;
mod moving;
mod reads;
mod remembered;
mod restart;
mod rights;
mod sweep;
mod wire;
