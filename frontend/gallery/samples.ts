export const PICTURE =
  "data:image/svg+xml;utf8," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="768" viewBox="0 0 4 3"><rect width="4" height="3" fill="#a9bcc8"/><circle cx="2" cy="1.5" r="1" fill="#e8d7b0"/></svg>',
  );

export const DEFECTS = [
  ["Garbled text", 812, 0.74, 0.69, 0.79],
  ["Hand or finger malformation", 412, 0.62, 0.54, 0.7],
  ["Halo edge", 120, 0.44, 0.25, 0.61],
  ["Waxy skin", 377, 0.31, 0.22, 0.4],
  ["Fused limbs", 9, 0.5, -0.12, 0.93],
] as const;
