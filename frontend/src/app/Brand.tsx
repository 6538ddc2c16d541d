/** The mark: a dark stone with the streak that gold leaves on it. */
export function Brand({ size = 24 }: { size?: number }) {
  return (
    <>
      <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
        <path d="M5 3.5 15.5 2 21.5 8 22 17 15 22 6 21 2 13.5Z" fill="#2b2b2b" />
        <path d="M6.5 16.5 17 7.5" stroke="#e0a526" strokeWidth="2.6" strokeLinecap="round" />
      </svg>
      Touchstone
    </>
  );
}
