//! Where in its layer each box and each trunk stands.

use super::{Item, Layers, SWEEPS, mean};

impl Layers {
    /// Places within the layers: near the middle of the neighbours, in order, without overlaps, none wider than the widest.
    pub(super) fn set_x(&mut self) -> f64 {
        let width_of = |items: &[Item], layer: &[usize]| {
            let widths = layer.iter().filter_map(|item| items.get(*item)).map(|item| item.width);
            widths.sum::<f64>()
        };
        let widths: Vec<f64> = self.layers.iter().map(|layer| width_of(&self.items, layer)).collect();
        let whole = widths.iter().copied().fold(0.0, f64::max);
        for item in &mut self.items {
            item.x = whole / 2.0;
        }
        let count = self.layers.len();
        for sweep in 0..SWEEPS {
            let is_down = sweep % 2 == 0;
            for step in 0..count {
                let at = if is_down { step } else { count - 1 - step };
                let (Some(layer), Some(width)) = (self.layers.get(at), widths.get(at)) else {
                    continue;
                };
                let wish = |item: &Item| {
                    let neighbours = if is_down { &item.up } else { &item.down };
                    let neighbours = neighbours.iter().filter_map(|other| self.items.get(*other));
                    mean(neighbours.map(|other| other.x)).unwrap_or(item.x)
                };
                // Packed from the left: where each middle would be.
                let mut end = 0.0;
                let mut packed = Vec::new();
                let mut shifts = Vec::new();
                for item in layer.iter().filter_map(|item| self.items.get(*item)) {
                    let middle = end + item.width / 2.0;
                    packed.push(middle);
                    shifts.push(wish(item) - middle);
                    end += item.width;
                }
                let shifts = not_falling(&shifts);
                for ((item, middle), shift) in layer.iter().zip(packed).zip(shifts) {
                    if let Some(item) = self.items.get_mut(*item) {
                        item.x = middle + shift.clamp(0.0, whole - width);
                    }
                }
            }
        }
        whole
    }
}

/// The numbers that do not fall and are nearest to these (least squares): pool adjacent violators.
fn not_falling(numbers: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for number in numbers {
        let mut pool = (*number, 1);
        while let Some((mean, count)) = pools.pop_if(|last| last.0 > pool.0) {
            let all = count + pool.1;
            pool = ((mean * count as f64 + pool.0 * pool.1 as f64) / all as f64, all);
        }
        pools.push(pool);
    }
    pools
        .into_iter()
        .flat_map(|(mean, count)| std::iter::repeat_n(mean, count))
        .collect()
}
