//! Groups steps into pieces, a chunk of a journal each, and those into runs. The pieces of one run are applied one after the
//! other, those of different runs side by side. These should seldom write the same item: one of them would have to wait and try again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::EntityId;
use uuid::Uuid;

use super::CAST_CHUNK;
use crate::casting::CastStep;

/// Cuts steps into pieces. Each step writes its asset and its entity, but for those that are `unwritten`. It is put with the
/// other steps of whichever of the two more steps write, so that different pieces seldom write the same item.
pub(crate) fn pieces_of(steps: &[CastStep], unwritten: &BTreeSet<EntityId>) -> Vec<Vec<CastStep>> {
    let mut counts: HashMap<EntityId, usize> = HashMap::new();
    for id in steps.iter().flat_map(CastStep::ends).filter(|id| !unwritten.contains(id)) {
        *counts.entry(id).or_default() += 1;
    }
    let mut groups: BTreeMap<EntityId, Vec<CastStep>> = BTreeMap::new();
    for step in steps {
        let Some(end) = step.ends().into_iter().max_by_key(|end| counts.get(end)) else { continue };
        groups.entry(end).or_default().push(step.clone());
    }
    let (large, small): (Vec<_>, Vec<_>) =
        groups.into_values().partition(|group| group.len() > CAST_CHUNK / 2);
    let mut pieces: Vec<Vec<CastStep>> = Vec::new();
    for group in small {
        match pieces.last_mut() {
            Some(last) if last.len() + group.len() <= CAST_CHUNK => last.extend(group),
            _ => pieces.push(group),
        }
    }
    // In equal parts: one step that is left over would be told by its entity as well as by its asset.
    let parts = large
        .iter()
        .flat_map(|group| group.chunks(group.len().div_ceil(group.len().div_ceil(CAST_CHUNK))));
    pieces.extend(parts.map(<[_]>::to_vec));
    pieces
}

/// Groups pieces, or chunks of them, into runs to be applied side by side, by what all steps of a piece write. Side by side the
/// pieces of one run would only wait for each other.
pub(crate) fn runs_of<T>(pieces: Vec<T>, written_by_all: impl Fn(&T) -> Vec<Uuid>) -> Vec<Vec<T>> {
    let mut counts: HashMap<Uuid, usize> = HashMap::new();
    for id in pieces.iter().flat_map(&written_by_all) {
        *counts.entry(id).or_default() += 1;
    }
    let mut runs: BTreeMap<(Uuid, usize), Vec<T>> = BTreeMap::new();
    for (number, piece) in pieces.into_iter().enumerate() {
        let written = written_by_all(&piece).into_iter().max_by_key(|id| counts.get(id));
        let run = written.map_or((Uuid::nil(), number), |id| (id, 0));
        runs.entry(run).or_default().push(piece);
    }
    begun_anywhere(runs.into_values().map(begun_anywhere).collect())
}

/// The asset or the entity or both, if all of these steps are about it.
pub(crate) fn written_by_all(steps: &[CastStep]) -> Vec<Uuid> {
    let ends = steps.first().map(CastStep::ends).into_iter().flatten();
    let is_in_all = |end: &EntityId| steps.iter().all(|step| step.ends().contains(end));
    ends.filter(is_in_all).map(|end| end.0).collect()
}

/// The same list, begun at a random place and continued from its start.
fn begun_anywhere<T>(mut circle: Vec<T>) -> Vec<T> {
    if !circle.is_empty() {
        let start = Uuid::new_v4().as_u128() % circle.len() as u128;
        circle.rotate_left(usize::try_from(start).unwrap_or_default());
    }
    circle
}

#[cfg(test)]
mod tests {
    use model::{EntityKind, ProjectId};

    use super::super::Steps;
    use super::*;
    use crate::casting::Kept;

    fn step(entity: u128, asset: u128) -> CastStep {
        let [entity_id, asset_id] = [entity, asset].map(|n| EntityId(Uuid::from_u128(n)));
        let project_id = ProjectId(Uuid::nil());
        CastStep {
            entity_id,
            entity_kind: EntityKind::Shot,
            project_id,
            asset_id,
            asset_project_id: project_id,
            wanted: None,
            kept: Kept::default(),
            link: None,
        }
    }

    fn pieces(steps: &[CastStep]) -> Vec<Vec<CastStep>> {
        pieces_of(steps, &BTreeSet::new())
    }

    fn runs(steps: &[CastStep]) -> Vec<Vec<CastStep>> {
        let runs = runs_of(pieces(steps), |piece| written_by_all(piece));
        runs.into_iter().map(|run| run.into_iter().flatten().collect()).collect()
    }

    /// In each shot a hero, who is in all, and nine things that are in no other.
    fn film(shots: u128) -> Vec<CastStep> {
        let shot = |shot: u128| {
            (0..10).map(move |n| step(1000 + shot, if n == 0 { 1 } else { 10_000 + shot * 10 + n }))
        };
        (0..shots).flat_map(shot).collect()
    }

    #[test]
    fn what_many_steps_write_is_in_one_run() {
        // One more than fill a chunk, or two, and as many as fill some.
        for shots in [25, 49, 60, 72] {
            let runs = runs(&film(shots));
            let is_of_hero = |step: &&CastStep| step.asset_id.0.as_u128() == 1;
            let heroes: Vec<usize> =
                runs.iter().map(|run| run.iter().filter(is_of_hero).count()).collect();
            assert_eq!(heroes.iter().filter(|count| **count > 0).count(), 1, "{heroes:?}");
            assert_eq!(heroes.iter().sum::<usize>() as u128, shots);
            for shot in 0..shots {
                let is_other = |step: &CastStep| {
                    step.entity_id.0.as_u128() == 1000 + shot && !is_of_hero(&step)
                };
                let in_runs = runs.iter().filter(|run| run.iter().any(is_other)).count();
                assert_eq!(in_runs, 1, "the rest of shot {shot}");
            }
        }
    }

    #[test]
    fn a_piece_of_one_step_waits_for_those_that_write_the_same() {
        for steps in
            [[step(1, 10), step(2, 10), step(3, 10)], [step(1, 10), step(1, 11), step(1, 12)]]
        {
            let runs = runs_of(steps.chunks(2).collect(), |piece| written_by_all(piece));
            assert_eq!(runs.len(), 1, "{steps:?}");
        }
    }

    /// Shots that are gone are not written, so what they used is together.
    #[test]
    fn what_is_not_written_keeps_no_steps_together() {
        let steps: Vec<CastStep> =
            (0..10).flat_map(|shot| (0..20).map(move |prop| step(1000 + shot, prop))).collect();
        let pieces = pieces_of(&steps, &steps.iter().map(|step| step.entity_id).collect());
        assert_eq!(pieces.iter().map(Vec::len).sum::<usize>(), steps.len());
        for prop in (0..20).map(|prop| EntityId(Uuid::from_u128(prop))) {
            let is_of_prop = |step: &CastStep| step.asset_id == prop;
            let with_it = pieces.iter().filter(|piece| piece.iter().any(is_of_prop)).count();
            assert_eq!(with_it, 1, "{prop:?}");
        }
    }

    #[test]
    fn each_step_is_in_one_piece_that_is_not_too_large() {
        let steps = film(60);
        let pieces = pieces(&steps);
        assert!(pieces.iter().all(|piece| (1..=CAST_CHUNK).contains(&piece.len())));
        assert!(pieces.len() <= steps.len() / (CAST_CHUNK / 2), "{}", pieces.len());
        let all: Vec<_> = pieces.iter().flatten().map(CastStep::ends).collect();
        assert_eq!(all.len(), steps.len());
        assert_eq!(
            all.into_iter().collect::<BTreeSet<_>>(),
            steps.iter().map(CastStep::ends).collect()
        );
    }

    #[test]
    fn assets_to_be_shared_do_not_wait_and_those_who_join_do() {
        let runs = |steps: fn() -> Steps| {
            runs_of((0..5).map(|_| steps()).collect(), Steps::written_by_all).len()
        };
        let share = || Steps::Share {
            assets: Vec::new(),
            is_shared: true,
            at: model::Timestamp::parse("2026-01-01T00:00:00").unwrap(),
        };
        assert_eq!(runs(share), 5);
        let join = || Steps::Join { project: ProjectId(Uuid::nil()), persons: Vec::new() };
        assert_eq!(runs(join), 1);
    }
}
