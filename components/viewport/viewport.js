// Tells Python when the window becomes as narrow as a phone, or wide again. It starts out as wide.
const NARROW = matchMedia("(max-width: 640px)")
const told = new WeakMap()

export default function ({ parentElement, setStateValue }) {
  const tell = () => {
    if ((told.get(parentElement) ?? false) === NARROW.matches) return
    told.set(parentElement, NARROW.matches)
    setStateValue("narrow", NARROW.matches)
  }
  NARROW.onchange = tell
  tell()
}
